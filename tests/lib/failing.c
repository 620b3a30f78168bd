/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See failing.h. A wrapper knows nothing of a function's parameters: it keeps the registers they
 * are in, asks whether this call is the one, and goes on to the function itself.
 */
#include "failing.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct failing *failing;

const char *const failing_names[FAILING_CALLS] = {
#define FAILS(name, value, error) #name,
#define NEVER(name)
#include "failing_rows.h"
#undef FAILS
};

static const struct {
    long value;
    int error;
} outcomes[FAILING_CALLS] = {
#define FAILS(name, value, error) {value, error},
#include "failing_rows.h"
#undef FAILS
};

/*
 * Not failed: waiting in Linux, which comes to its end by itself; a segment's base, of which Linux
 * refuses none of the kernel's (on i386 only a process's first, when it has none left).
 */
static bool is_exempt(int call, long first)
{
    static const long numbers[] = {SYS_futex, SYS_gettid, SYS_tgkill, SYS_arch_prctl,
#ifdef __i386__
        SYS_futex_time64, SYS_set_thread_area,
#endif
    };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (call == FAILING_syscall && numbers[i] == first)
            return true;
    }
    return false;
}

int failing_ask(int call, long first);
long failing_answer(int call);

__attribute__((used)) int failing_ask(int call, long first)
{
    int kept = errno;

    if (failing == NULL || is_exempt(call, first))
        return 0;
    bool fails = ++failing->count[call] == failing->number && call == failing->chosen;
    failing->failed += fails;
    errno = kept;
    return fails;
}

__attribute__((used)) long failing_answer(int call)
{
    if (outcomes[call].error != 0)
        errno = outcomes[call].error;
    return outcomes[call].value;
}


#if defined(__x86_64__)
#define WRAPPER(name)                                                                              \
    __attribute__((naked, used)) void __wrap_##name(void);                                         \
    __attribute__((naked, used)) void __wrap_##name(void)                                          \
    {                                                                                              \
        __asm__("push %%rdi\n\tpush %%rsi\n\tpush %%rdx\n\tpush %%rcx\n\tpush %%r8\n\tpush "       \
                "%%r9\n\tpush %%rax\n\t"                                                           \
                "mov %%rdi, %%rsi\n\tmov %0, %%edi\n\tcall failing_ask\n\ttest %%eax, %%eax\n\t"   \
                "pop %%rax\n\tpop %%r9\n\tpop %%r8\n\tpop %%rcx\n\tpop %%rdx\n\tpop %%rsi\n\tpop " \
                "%%rdi\n\t"                                                                        \
                "jnz 1f\n\tjmp __real_" #name "@PLT\n1:\tmov %0, %%edi\n\tjmp failing_answer"      \
                :                                                                                  \
                : "i"(FAILING_##name));                                                            \
    }
#else
#define WRAPPER(name)                                                                     \
    __attribute__((naked, used)) void __wrap_##name(void);                                \
    __attribute__((naked, used)) void __wrap_##name(void)                                 \
    {                                                                                     \
        __asm__("mov 4(%%esp), %%eax\n\tsub $4, %%esp\n\tpush %%eax\n\tpushl %0\n\tcall " \
                "failing_ask\n\tadd $12, %%esp\n\t"                                       \
                "test %%eax, %%eax\n\tjnz 1f\n\tjmp __real_" #name                        \
                "\n1:\tsub $8, %%esp\n\tpushl %0\n\tcall failing_answer\n\t"              \
                "add $12, %%esp\n\tret"                                                   \
                :                                                                         \
                : "i"(FAILING_##name));                                                   \
    }
#endif

#define FAILS(name, value, error) WRAPPER(name)
#include "failing_rows.h"
#undef FAILS

/* DOTSYS_FAILING is a file with a struct failing in it, for programs that are several processes. */
__attribute__((constructor)) static void find_shared(void)
{
    const char *path = getenv("DOTSYS_FAILING");
    int file = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (file < 0)
        return;
    void *memory = mmap(NULL, sizeof(struct failing), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory != MAP_FAILED)
        failing = memory;
}
