/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Signals as faults. One handler for all fault signals turns the interrupted registers into an NT
 * CONTEXT, asks the kernel, and writes back what it changed. A fault the kernel declines takes the
 * action the process had before, so an embedding program keeps its own crash handling. Handlers run
 * on a signal stack each armed thread has of its own.
 */
#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <ucontext.h>

#include "host/hostp.h"

#define HOST_SIGNAL_STACK_BYTES (128u * 1024u)

static const int host_fault_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
#define HOST_FAULT_SIGNAL_COUNT (sizeof(host_fault_signals) / sizeof(host_fault_signals[0]))

static struct sigaction host_previous[HOST_FAULT_SIGNAL_COUNT];
static struct sigaction host_previous_interrupt;
static host_fault_handler host_on_fault;
static host_interrupt_handler host_on_interrupt;

static _Thread_local struct {
    void *stack;
    stack_t previous;
} host_signal_stack;

enum {
    TRAP_DIVIDE = 0,
    TRAP_DEBUG = 1,
    TRAP_BREAKPOINT = 3,
    TRAP_OVERFLOW = 4,
    TRAP_OPCODE = 6,
    TRAP_PROTECTION = 13,
    TRAP_PAGE = 14, TRAP_X87 = 16, TRAP_ALIGNMENT = 17, TRAP_SIMD = 19 };

#if defined(__x86_64__)
#define HOST_ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define HOST_ARCHITECTURE AUDIT_ARCH_I386
#endif

#define EFLAGS_ALIGNMENT 0x40000u
#define PAGE_FAULT_WRITE 0x2
#define PAGE_FAULT_FETCH 0x10

static void host_classify(const siginfo_t *info, const ucontext_t *user, struct host_fault *fault)
{
    const greg_t *registers = user->uc_mcontext.gregs;
    if (info->si_signo == SIGSYS) {
        fault->kind = HOST_FAULT_SYSTEM_CALL;
        fault->number = info->si_arch == HOST_ARCHITECTURE ? info->si_syscall : ~info->si_syscall;
        return;
    }
    switch (registers[REG_TRAPNO]) {
    case TRAP_PAGE:
        fault->kind = HOST_FAULT_PAGE;
        fault->address = (uintptr_t)info->si_addr;
        fault->access = registers[REG_ERR] & PAGE_FAULT_FETCH   ? HOST_ACCESS_EXECUTE
                        : registers[REG_ERR] & PAGE_FAULT_WRITE ? HOST_ACCESS_WRITE
                                                                : HOST_ACCESS_READ;
        break;
    case TRAP_DIVIDE:
        fault->kind = HOST_FAULT_DIVIDE;
        break;
    case TRAP_DEBUG:
        fault->kind = HOST_FAULT_STEP;
        break;
    case TRAP_BREAKPOINT:
        fault->kind = HOST_FAULT_BREAKPOINT;
        break;
    case TRAP_OVERFLOW:
        fault->kind = HOST_FAULT_OVERFLOW;
        break;
    case TRAP_OPCODE:
        fault->kind = HOST_FAULT_ILLEGAL;
        break;
    case TRAP_ALIGNMENT:
        fault->kind = HOST_FAULT_ALIGNMENT;
        break;
    case TRAP_X87:
    case TRAP_SIMD:
        fault->kind = HOST_FAULT_FLOAT;
        break;
    default:
        fault->kind = HOST_FAULT_PROTECTION;
        break;
    }
}

#if defined(__x86_64__)
/* gregs index of each integer register, in the order of CONTEXT's Rax … R15, Rip (which are
 * contiguous). */
static const int host_register_order[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
    REG_RSI, REG_RDI, REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
    REG_RIP};
#define HOST_FIRST_REGISTER Rax
#else
static const int host_register_order[] = {
    REG_EDI, REG_ESI, REG_EBX, REG_EDX, REG_ECX, REG_EAX, REG_EBP, REG_EIP};
#define HOST_FIRST_REGISTER Edi
#define HOST_FSAVE_BYTES 112
#define HOST_FXSAVE_BYTES 464 /* what follows in it tells Linux which extended state there is */
#endif
#define HOST_REGISTER_COUNT (sizeof(host_register_order) / sizeof(host_register_order[0]))

static void host_context_from_signal(const ucontext_t *user, CONTEXT *context)
{
    memset(context, 0, sizeof(*context));
    context->ContextFlags = CONTEXT_FULL;
    ULONG_PTR *registers = (ULONG_PTR *)(void *)&context->HOST_FIRST_REGISTER;
    for (size_t i = 0; i < HOST_REGISTER_COUNT; i++)
        registers[i] = (ULONG_PTR)user->uc_mcontext.gregs[host_register_order[i]];
    context->EFlags = (ULONG)user->uc_mcontext.gregs[REG_EFL];
#if defined(__x86_64__)
    context->SegCs = 0x10; /* a kernel-mode context, as Windows would show it */
    context->SegSs = 0x18;
    if (user->uc_mcontext.fpregs != NULL) {
        memcpy(&context->FltSave, user->uc_mcontext.fpregs, sizeof(context->FltSave));
        context->MxCsr = context->FltSave.MxCsr;
    }
#else
    context->Esp = (ULONG)user->uc_mcontext.gregs[REG_ESP];
    context->SegCs = 0x08; /* a kernel-mode context, as Windows would show it */
    context->SegSs = 0x10;
    context->SegDs = context->SegEs = 0x23;
    context->SegFs = 0x30;
    if (user->uc_mcontext.fpregs != NULL) {
        /* What fsave stores, then, unless the processor is very old, what fxsave does. */
        const uint8_t *saved = (const uint8_t *)user->uc_mcontext.fpregs;
        memcpy(&context->FloatSave, saved, offsetof(FLOATING_SAVE_AREA, Spare0));
        memcpy(context->ExtendedRegisters, saved + HOST_FSAVE_BYTES,
            sizeof(context->ExtendedRegisters));
        context->ContextFlags |= CONTEXT_FLOATING_POINT | CONTEXT_EXTENDED_REGISTERS;
    }
#endif
}

/* What goes on is code of this process's word size, with its data: a driver may have jumped to code
 * of another, or lost them. */
static void host_keep_segments(ucontext_t *user)
{
    greg_t *registers = user->uc_mcontext.gregs;
#if defined(__x86_64__)
    uint16_t code;
    __asm__("mov %%cs, %0" : "=r"(code));
    registers[REG_CSGSFS] = (registers[REG_CSGSFS] & ~(greg_t)0xFFFF) | code;
#else
    __asm__("mov %%cs, %0" : "=r"(registers[REG_CS]));
    __asm__("mov %%ss, %0" : "=r"(registers[REG_SS]));
    registers[REG_DS] = registers[REG_ES] = registers[REG_SS];
#endif
}

static void host_context_to_signal(const CONTEXT *context, ucontext_t *user)
{
    const ULONG_PTR *registers = (const ULONG_PTR *)(const void *)&context->HOST_FIRST_REGISTER;
    for (size_t i = 0; i < HOST_REGISTER_COUNT; i++)
        user->uc_mcontext.gregs[host_register_order[i]] = (greg_t)registers[i];
    user->uc_mcontext.gregs[REG_EFL] = (greg_t)context->EFlags;
    host_keep_segments(user);
#if defined(__x86_64__)
    if (user->uc_mcontext.fpregs != NULL) {
        /* The tail of the legacy area tells Linux which extended state follows: keep it. */
        memcpy(user->uc_mcontext.fpregs, &context->FltSave,
            offsetof(struct _libc_fpstate, __glibc_reserved1));
    }
#else
    user->uc_mcontext.gregs[REG_ESP] = (greg_t)context->Esp;
    if (user->uc_mcontext.fpregs != NULL)
        memcpy((uint8_t *)user->uc_mcontext.fpregs + HOST_FSAVE_BYTES, context->ExtendedRegisters,
            HOST_FXSAVE_BYTES);
#endif
}

static void host_pass_on(int signal, siginfo_t *info, void *user)
{
    for (size_t i = 0; i < HOST_FAULT_SIGNAL_COUNT; i++) {
        if (host_fault_signals[i] != signal)
            continue;
        const struct sigaction *previous = &host_previous[i];
        if (previous->sa_flags & SA_SIGINFO)
            previous->sa_sigaction(signal, info, user);
        else if (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN)
            previous->sa_handler(signal);
        else
            sigaction(signal, previous, NULL); /* the instruction faults again and takes the default
                                                  action */
        return;
    }
}

#define HOST_NOT_SANITIZED __attribute__((no_sanitize_address))

/*
 * Linux leaves the alignment-check flag as it was, and another fault in a handler would end the
 * process: nothing misaligned may come before this.
 */
static inline __attribute__((always_inline)) HOST_NOT_SANITIZED void host_stop_alignment_checks(
    void)
{
#if defined(__x86_64__)
    unsigned long long flags = __builtin_ia32_readeflags_u64();
    if (flags & EFLAGS_ALIGNMENT)
        __builtin_ia32_writeeflags_u64(flags & ~(unsigned long long)EFLAGS_ALIGNMENT);
#else
    unsigned flags = __builtin_ia32_readeflags_u32();
    if (flags & EFLAGS_ALIGNMENT)
        __builtin_ia32_writeeflags_u32(flags & ~EFLAGS_ALIGNMENT);
#endif
}

static __attribute__((noinline)) void host_take_fault(int signal, siginfo_t *info, void *user)
{
    int error = errno;
    CONTEXT context;
    struct host_fault fault = {.context = &context};
    host_context_from_signal(user, &context);
    host_classify(info, user, &fault);
    if (host_on_fault != NULL && host_on_fault(&fault))
        host_context_to_signal(&context, user);
    else
        host_pass_on(signal, info, user);
    errno = error;
}

/* A sanitizer's prologue writes, misaligned perhaps: the handlers have no frame that it would look
 * after. */
static HOST_NOT_SANITIZED void host_fault_signal(int signal, siginfo_t *info, void *user)
{
    host_stop_alignment_checks();
    host_take_fault(signal, info, user);
}

static __attribute__((noinline, unused)) void host_take_interrupt(void *user)
{
    int error = errno;
    CONTEXT context;
    host_context_from_signal(user, &context);
    if (host_on_interrupt != NULL && host_on_interrupt(&context))
        host_context_to_signal(&context, user);
    errno = error;
}

static HOST_NOT_SANITIZED void host_interrupt_signal(int signal, siginfo_t *info, void *user)
{
    (void)signal;
    (void)info;
#ifdef __SANITIZE_THREAD__
    (void)user; /* it calls this later, with a copy of the registers: nobody is interrupted */
#else
    host_stop_alignment_checks();
    host_take_interrupt(user);
#endif
}

int host_interrupts_install(host_interrupt_handler interrupt)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
        .sa_sigaction = host_interrupt_signal};
    sigemptyset(&action.sa_mask);
    host_on_interrupt = interrupt;
    return sigaction(HOST_INTERRUPT_SIGNAL, &action, &host_previous_interrupt) == 0 ? 0 : errno;
}

int host_faults_install(host_fault_handler fault, host_interrupt_handler interrupt)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
        .sa_sigaction = host_fault_signal};
    sigemptyset(&action.sa_mask);
    host_on_fault = fault;
    int error = host_interrupts_install(interrupt);
    if (error != 0)
        return error;
    for (size_t i = 0; i < HOST_FAULT_SIGNAL_COUNT; i++) {
        if (sigaction(host_fault_signals[i], &action, &host_previous[i]) != 0)
            return errno;
    }
    return 0;
}

void host_faults_renew(void)
{
    struct sigaction now;
    for (size_t i = 0; i < HOST_FAULT_SIGNAL_COUNT; i++) {
        if (sigaction(host_fault_signals[i], NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
            now.sa_handler == SIG_DFL) {
            struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
            sigemptyset(&action.sa_mask);
            action.sa_sigaction = host_fault_signal;
            host_previous[i] = now;
            sigaction(host_fault_signals[i], &action, NULL);
        }
    }
}

void host_faults_remove(void)
{
    for (size_t i = 0; i < HOST_FAULT_SIGNAL_COUNT; i++)
        sigaction(host_fault_signals[i], &host_previous[i], NULL);
    sigaction(HOST_INTERRUPT_SIGNAL, &host_previous_interrupt, NULL);
    host_on_fault = NULL;
    host_on_interrupt = NULL;
}

int host_thread_arm_faults(void)
{
    if (host_signal_stack.stack != NULL)
        return 0; /* left over from a machine closed meanwhile */
    void *stack = host_private_allocate(HOST_SIGNAL_STACK_BYTES);
    if (stack == NULL)
        return ENOMEM;
    stack_t wanted = {.ss_sp = stack, .ss_size = HOST_SIGNAL_STACK_BYTES};
    if (sigaltstack(&wanted, &host_signal_stack.previous) != 0) {
        host_private_free(stack, HOST_SIGNAL_STACK_BYTES);
        return errno;
    }
    host_signal_stack.stack = stack;
    return 0;
}

void host_thread_disarm_faults(void)
{
    if (host_signal_stack.stack == NULL)
        return;
    sigaltstack(&host_signal_stack.previous, NULL);
    host_private_free(host_signal_stack.stack, HOST_SIGNAL_STACK_BYTES);
    host_signal_stack.stack = NULL;
}
