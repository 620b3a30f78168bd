/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Registers of threads, as a driver gets and sets them (PsGetContextThread, PsSetContextThread): of
 * threads that wait in a service, that compute and have nothing to do with the machine, of the
 * calling thread. Threads are sent elsewhere, and come back.
 */
#include "partner_test.h"

#define NEAR          (64 << 10) /* of a thread's stack: as far as its frames reach */
#define MXCSR_DEFAULT 0x1F80u
#define MXCSR_FLAGS   0x3Fu   /* what has happened */
#define MXCSR_DOWN    0x3F80u /* rounds towards minus infinity */

static HANDLE gate, arrived, visited;
static ULONG_PTR place; /* on the thread's stack */
static volatile LONG spinning, released;
static LONG visits;

static unsigned mxcsr(void)
{
    unsigned now;
    __asm__ volatile("stmxcsr %0"
                     : "=m"(now));
    return now & ~MXCSR_FLAGS;
}

static DWORD wait_at_the_gate(LPVOID unused)
{
    int local = 0;

    (void)unused;
    place = (ULONG_PTR)&local;
    return SignalObjectAndWait(arrived, gate, INFINITE, FALSE) == WAIT_OBJECT_0 ? mxcsr() : 1;
}

static DWORD compute(LPVOID unused)
{
    int local = 0;

    (void)unused;
    place = (ULONG_PTR)&local;
    spinning = 1;
    while (released == 0)
        continue;
    return mxcsr();
}

static DWORD exchange(DWORD code, HANDLE thread, PARTNER_REGISTERS *registers)
{
    HANDLE file = open_partner(0);
    DWORD returned;

    registers->Handle = (LONG_PTR)thread;
    BOOL done = DeviceIoControl(file, code, registers, sizeof(*registers), registers,
        sizeof(*registers), &returned, NULL);
    DWORD error = done ? 0 : GetLastError();
    CloseHandle(file);
    return error;
}

static PARTNER_REGISTERS get(HANDLE thread)
{
    PARTNER_REGISTERS registers = {0};

    assert_int_equal(exchange(PARTNER_GET_REGISTERS, thread, &registers), 0);
    registers.MxCsr &= ~MXCSR_FLAGS;
    return registers;
}

static void set(HANDLE thread, PARTNER_REGISTERS registers, int control_only)
{
    registers.ControlOnly = control_only;
    assert_int_equal(exchange(PARTNER_SET_REGISTERS, thread, &registers), 0);
}

static HANDLE start_waiting(void)
{
    HANDLE thread = start(wait_at_the_gate, NULL);

    assert_int_equal(WaitForSingleObject(arrived, INFINITE), WAIT_OBJECT_0);
    return thread;
}

static HANDLE start_computing(void)
{
    spinning = released = 0;
    HANDLE thread = start(compute, NULL);
    while (spinning == 0)
        SwitchToThread();
    return thread;
}

static int is_on_its_stack(const PARTNER_REGISTERS *registers)
{
    const LONG64 above = (LONG64)(registers->Sp - place);

    return above <= NEAR && above >= -NEAR;
}

static void of_a_thread_that_waits(void **state)
{
    (void)state;
    HANDLE thread = start_waiting();
    const PARTNER_REGISTERS first = get(thread);
    for (int round = 0; round < ROUNDS; round++) {
        const PARTNER_REGISTERS again = get(thread);
        assert_true(again.Sp < place && is_on_its_stack(&again));
        assert_true(again.Segments == first.Segments);
        assert_int_equal(again.MxCsr, MXCSR_DEFAULT);
        assert_true(again.Pc != 0);
    }
    /* Code and data of user mode. */
    assert_true((first.Segments & 3) == 3 && (first.Segments >> 16 & 3) == 3);
    assert_int_equal(WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    assert_true(SetEvent(gate));
    assert_int_equal(join(thread), MXCSR_DEFAULT);
}

static void of_a_thread_that_computes(void **state)
{
    (void)state;
    HANDLE thread = start_computing();
    for (int round = 0; round < ROUNDS; round++) {
        const PARTNER_REGISTERS registers = get(thread);
        assert_true(is_on_its_stack(&registers));
        assert_int_equal(registers.MxCsr, MXCSR_DEFAULT);
    }
    const PARTNER_REGISTERS registers = get(thread);
    assert_true(registers.Pc - (ULONG_PTR)compute < 4096);
    released = 1;
    assert_int_equal(join(thread), MXCSR_DEFAULT);
}

/* They come and go while they are looked at. */
static DWORD be_busy(LPVOID unused)
{
    int local = 0;

    (void)unused;
    place = (ULONG_PTR)&local;
    spinning = 1;
    while (released == 0)
        CloseHandle(CreateEventA(NULL, FALSE, FALSE, NULL));
    return 0;
}

static void of_a_thread_that_calls(void **state)
{
    (void)state;
    spinning = released = 0;
    HANDLE thread = start(be_busy, NULL);
    while (spinning == 0)
        SwitchToThread();
    for (int round = 0; round < 3 * ROUNDS; round++) {
        const PARTNER_REGISTERS registers = get(thread);
        assert_true(is_on_its_stack(&registers));
    }
    released = 1;
    assert_int_equal(join(thread), 0);
}

static void of_the_calling_thread(void **state)
{
    int local = 0;

    (void)state;
    place = (ULONG_PTR)&local;
    const PARTNER_REGISTERS registers = get(GetCurrentThread());
    assert_true(registers.Sp < place && is_on_its_stack(&registers));
    /* The driver sets what it got. */
    PARTNER_REGISTERS same = {.Keep = TRUE};
    for (int round = 0; round < ROUNDS; round++)
        assert_int_equal(exchange(PARTNER_SET_REGISTERS, GetCurrentThread(), &same), 0);
}

/* What is set is told, and the thread has it when it comes back. */
static void are_kept(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        HANDLE thread = round == 0 ? start_waiting() : start_computing();
        const PARTNER_REGISTERS before = get(thread);
        PARTNER_REGISTERS registers = before;
        if (round == 0) {
            registers.Bx = 0x12345678;
            set(thread, registers, FALSE);
            const PARTNER_REGISTERS now = get(thread);
            assert_true(now.Bx == 0x12345678 && now.Pc == before.Pc && now.Sp == before.Sp);
        }
        registers = round == 0 ? before : get(thread);
        registers.MxCsr = MXCSR_DOWN;
        set(thread, registers, FALSE);
        assert_int_equal(get(thread).MxCsr, MXCSR_DOWN);
        released = 1;
        assert_true(SetEvent(gate));
        assert_int_equal(join(thread), MXCSR_DOWN);
        assert_true(ResetEvent(gate));
    }
}

/*
 * Runs what stands on the stack, and goes on where that says: address of a function, stack pointer,
 * address of code. Of registers that are preserved it uses none.
 */
void context_detour(void);
#if defined(__x86_64__)
__asm__("context_detour:\n\t"
        "pushq %rax\n\t"
        "call *8(%rsp)\n\t"
        "popq %rax\n\t"
        "movq 16(%rsp), %rcx\n\t"
        "movq 8(%rsp), %rsp\n\t"
        "jmp *%rcx\n");
#define WORD ULONG64
#else
__asm__("context_detour:\n\t"
        "pushl %eax\n\t"
        "call *4(%esp)\n\t"
        "popl %eax\n\t"
        "movl 8(%esp), %ecx\n\t"
        "movl 4(%esp), %esp\n\t"
        "jmp *%ecx\n");
#define WORD ULONG
#endif

static void visit(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);

    if (WaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0)
        visits++;
    CloseHandle(event);
    SetEvent(visited);
}

static void leave(void)
{
    ExitThread(7);
}

/* Has the thread call the routine: when the service it waits in has returned, or at once. */
static PARTNER_REGISTERS detour(HANDLE thread, void (*routine)(void))
{
    static _Alignas(16) WORD memory[16384];
    PARTNER_REGISTERS registers = get(thread);
    /* aligned once the detour has pushed a word */
    WORD *stack = &memory[RTL_NUMBER_OF(memory) - 15];

    stack[0] = (WORD)(ULONG_PTR)routine;
    stack[1] = (WORD)registers.Sp;
    stack[2] = (WORD)registers.Pc;
    registers.Sp = (ULONG_PTR)stack;
    registers.Pc = (ULONG_PTR)context_detour;
    set(thread, registers, TRUE);
    return registers;
}

static void send_elsewhere_and_back(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE thread = start_waiting();
        visits = 0;
        const PARTNER_REGISTERS there = detour(thread, visit), now = get(thread);
        assert_true(now.Pc == there.Pc && now.Sp == there.Sp);
        assert_int_equal(visits, 0);
        assert_true(SetEvent(gate));
        /* The wait's result is what it would have been. */
        assert_int_equal(join(thread), MXCSR_DEFAULT);
        assert_int_equal(visits, 1);
        assert_int_equal(WaitForSingleObject(visited, 0), WAIT_OBJECT_0);
    }
}

static void send_elsewhere_for_good(void **state)
{
    (void)state;
    HANDLE thread = start_waiting();
    detour(thread, leave);
    assert_true(SetEvent(gate));
    assert_int_equal(join(thread), 7);
    for (int round = 0; round < ROUNDS / 10; round++) {
        thread = start_computing();
        detour(thread, leave);
        assert_int_equal(join(thread), 7);
    }
}

static void what_is_refused(void)
{
    PARTNER_REGISTERS registers = {0};
    static _Alignas(16) char context[4096];

    HANDLE thread = start_waiting();
    registers.Address = (ULONG_PTR)context;
    assert_int_equal(exchange(PARTNER_GET_REGISTERS, thread, &registers), 0);
    assert_int_equal(exchange(PARTNER_SET_REGISTERS, thread, &registers), 0);
    registers.Address = 16; /* nobody has anything there */
    assert_int_equal(exchange(PARTNER_GET_REGISTERS, thread, &registers), ERROR_NOACCESS);
    assert_int_equal(exchange(PARTNER_SET_REGISTERS, thread, &registers), ERROR_NOACCESS);
    registers.Address = (ULONG_PTR)context + 1;
    assert_int_equal(exchange(PARTNER_GET_REGISTERS, thread, &registers), ERROR_NOACCESS);
    assert_true(SetEvent(gate));
    assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    registers.Address = 0;
    assert_int_equal(exchange(PARTNER_GET_REGISTERS, thread, &registers), ERROR_GEN_FAILURE);
    assert_int_equal(exchange(PARTNER_SET_REGISTERS, thread, &registers), ERROR_GEN_FAILURE);
    assert_true(CloseHandle(thread));
    assert_int_equal(exchange(PARTNER_GET_REGISTERS, gate, &registers), ERROR_INVALID_HANDLE);
}

static int open_all(void **state)
{
    if (open_machine(state) != 0)
        return 1;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    arrived = CreateEventA(NULL, FALSE, FALSE, NULL);
    visited = CreateEventA(NULL, FALSE, FALSE, NULL);
    return 0;
}

static int close_all(void **state)
{
    return !CloseHandle(gate) || !CloseHandle(arrived) || !CloseHandle(visited) ||
           close_machine(state) != 0;
}

/* In the test itself: cmocka takes the fault signals before each test, and the machine must come
 * after. */
static void bad_pointers(void **state)
{
    assert_int_equal(open_all(state), 0);
    what_is_refused();
    assert_int_equal(close_all(state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_thread_that_waits),
        cmocka_unit_test(of_a_thread_that_computes),
        cmocka_unit_test(of_a_thread_that_calls),
        cmocka_unit_test(of_the_calling_thread),
        cmocka_unit_test(are_kept),
        cmocka_unit_test(send_elsewhere_and_back),
        cmocka_unit_test(send_elsewhere_for_good),
    };
    const struct CMUnitTest last[] = {cmocka_unit_test(bad_pointers)};

    return cmocka_run_group_tests_name("client/context", tests, open_all, close_all) != 0 ||
           cmocka_run_group_tests_name("client/context, pointers", last, NULL, NULL) != 0;
}
