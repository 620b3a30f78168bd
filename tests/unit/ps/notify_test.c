/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Notify routines and processes apart from the host's comings and goings: what the extended forms get, saying no, clients of their own,
 * objects of the host's processes, removing a routine that runs, and ends of the machine with a watcher about.
 */
#include "ps_test.h"
#include "rtl/rtl.h"

static NTSTATUS run_body(void *context)
{
    ((void (*)(void))(uintptr_t)context)();
    return STATUS_SUCCESS;
}

/* No cmocka assertion inside: they leave by longjmp. */
static void in_kernel(void (*body)(void))
{
    assert_int_equal(KeEnterKernel(run_body, (void *)(uintptr_t)body, KernelMode), STATUS_SUCCESS);
}

static NTSTATUS status[8];
static EPROCESS *process, *second;
static HANDLE handle;
static CLIENT_ID cid;
static LARGE_INTEGER patience = {.QuadPart = -10000000LL * PATIENCE_SECONDS};

/* ---- the extended routine --------------------------------------------------------------------- */

static struct {
    unsigned created, ended;
    char image[128], command[128];
    HANDLE id, parent;
    CLIENT_ID creator;
    SIZE_T size;
    ULONG flags;
    KIRQL irql;
    BOOLEAN apcs;
    NTSTATUS answer;
} extended;
static pid_t extended_id;

static void NTAPI note_extended(EPROCESS *about, HANDLE id, PPS_CREATE_NOTIFY_INFO info)
{
    if ((pid_t)(ULONG_PTR)id != extended_id)
        return;
    pthread_mutex_lock(&note_lock);
    if (info == NULL) {
        extended.ended++;
    } else {
        extended.created++;
        extended.id = PsGetProcessId(about);
        extended.parent = info->ParentProcessId;
        extended.creator = info->CreatingThreadId;
        extended.size = info->Size;
        extended.flags = info->Flags;
        extended.irql = KeGetCurrentIrql();
        extended.apcs = KeAreApcsDisabled();
        if (info->ImageFileName != NULL)
            RtlpToUtf8(info->ImageFileName, extended.image, sizeof(extended.image));
        if (info->CommandLine != NULL)
            RtlpToUtf8(info->CommandLine, extended.command, sizeof(extended.command));
        info->CreationStatus = extended.answer;
    }
    pthread_cond_broadcast(&note_made);
    pthread_mutex_unlock(&note_lock);
}

static void set_extended(void)
{
    memset(&extended, 0, sizeof(extended));
    status[0] = PsSetCreateProcessNotifyRoutineEx(note_extended, FALSE);
    PsImageHasIntegrity = NULL; /* this program is no image */
    status[1] = PsSetCreateProcessNotifyRoutineEx(note_extended, FALSE);
    status[2] = PsSetCreateProcessNotifyRoutineEx(note_extended, FALSE);
}

static void remove_extended(void)
{
    status[0] = PsSetCreateProcessNotifyRoutineEx(note_extended, TRUE);
    status[1] = PsSetCreateProcessNotifyRoutineEx(note_extended, TRUE);
}

static void await_extended(unsigned created, unsigned ended)
{
    int error = 0;
    pthread_mutex_lock(&note_lock);
    while ((extended.created < created || extended.ended < ended) && error == 0)
        error = wait_noted_locked();
    pthread_mutex_unlock(&note_lock);
    assert_int_equal(error, 0);
}

static void it_gets_image_and_command_line(void **state)
{
    (void)state;
    /* The routine must not miss it: it is told of whatever is called sleep, and the number is known afterwards. */
    extended_id = -1;
    in_kernel(set_extended);
    assert_int_equal(status[0], STATUS_ACCESS_DENIED);
    assert_int_equal(status[1], STATUS_SUCCESS);
    assert_int_equal(status[2], STATUS_INVALID_PARAMETER);
    int ends[2];
    char ready;
    assert_int_equal(pipe2(ends, 0), 0);
    extended_id = fork();
    if (extended_id == 0) {
        if (read(ends[0], &ready, 1) == 1)
            execl("/bin/sleep", "sleep", "1000", (char *)NULL);
        _exit(1);
    }
    assert_int_equal(write(ends[1], "x", 1), 1);
    await_extended(1, 0);
    kill(extended_id, SIGKILL);
    waitpid(extended_id, NULL, 0);
    await_extended(1, 1);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(extended.size, sizeof(PS_CREATE_NOTIFY_INFO));
    assert_int_equal(extended.flags, 1);
    assert_int_equal((pid_t)(ULONG_PTR)extended.parent, getpid());
    assert_int_equal((pid_t)(ULONG_PTR)extended.creator.UniqueProcess, getpid());
    assert_int_equal(extended.irql, PASSIVE_LEVEL);
    assert_true(extended.apcs);
    assert_int_equal(strncmp(extended.image, "\\Device\\Host\\", 13), 0);
    assert_string_equal(strrchr(extended.image, '\\'), "\\sleep");
    assert_string_equal(extended.command, "sleep 1000");
    in_kernel(remove_extended);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_PROCEDURE_NOT_FOUND);
}

/* ---- processes the machine itself starts ------------------------------------------------------- */

static void ask(void)
{
    extended.answer = STATUS_VIRUS_INFECTED;
    status[3] = PsiAskProcessCreation((HANDLE)(ULONG_PTR)extended_id, (HANDLE)4242, "/bin/true", "true -x");
    status[4] = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)extended_id, &process);
    if (NT_SUCCESS(status[4]))
        ObfDereferenceObject(process);
}

static void ask_kindly(void)
{
    extended.answer = STATUS_SUCCESS;
    status[3] = PsiAskProcessCreation((HANDLE)(ULONG_PTR)extended_id, (HANDLE)4242, "/bin/true", "true -x");
}

static void a_driver_may_say_no(void **state)
{
    (void)state;
    extended_id = 0x7000001; /* larger than Linux gives */
    in_kernel(ask);
    assert_int_equal(status[3], STATUS_SUCCESS); /* nobody listens */
    in_kernel(set_extended);
    in_kernel(ask);
    assert_int_equal(status[3], STATUS_VIRUS_INFECTED);
    assert_int_equal(status[4], STATUS_INVALID_PARAMETER);
    assert_int_equal(extended.created, 1);
    assert_int_equal(extended.ended, 1);
    assert_int_equal((ULONG_PTR)extended.parent, 4242);
    assert_string_equal(extended.image, "\\Device\\Host\\bin\\true");
    assert_string_equal(extended.command, "true -x");
    in_kernel(remove_extended);
}

static void what_was_asked_about_is_not_told_again(void **state)
{
    (void)state;
    int ends[2];
    char ready;
    in_kernel(set_extended);
    assert_int_equal(pipe2(ends, 0), 0);
    extended_id = fork();
    if (extended_id == 0) {
        if (read(ends[0], &ready, 1) == 1)
            execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    in_kernel(ask_kindly);
    assert_int_equal(status[3], STATUS_SUCCESS);
    assert_int_equal(write(ends[1], "x", 1), 1);
    waitpid(extended_id, NULL, 0);
    await_extended(1, 1);
    /* What comes after has been told when its end has. */
    assert_int_equal(set_routine(note_process, FALSE), STATUS_SUCCESS);
    pid_t later = SPAWN("/bin/sleep", "0.01");
    waitpid(later, NULL, 0);
    await_note(later, 0);
    assert_int_equal(set_routine(note_process, TRUE), STATUS_SUCCESS);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(extended.created, 1);
    assert_int_equal(extended.ended, 1);
    in_kernel(remove_extended);
}

static void make_clients(void)
{
    status[0] = PsiCreateClientProcess((HANDLE)0x7000005, (HANDLE)4242, "/opt/one", NULL, FALSE, TRUE, &process);
    status[1] = PsiCreateClientProcess((HANDLE)0x7000009, (HANDLE)4242, "/opt/two", NULL, TRUE, FALSE, &second);
    status[2] = PsiCreateClientProcess((HANDLE)0x7000005, (HANDLE)4242, "/opt/one", NULL, FALSE, FALSE, &second);
    status[3] = PsLookupProcessByProcessId((HANDLE)0x7000005, &second);
    if (second == process && PsGetProcessWow64Process(process) != NULL && strcmp(PsGetProcessImageFileName(process), "one") == 0)
        status[3] = STATUS_WAIT_1;
    ObfDereferenceObject(second);
    PsLookupProcessByProcessId((HANDLE)0x7000009, &second);
    ObfDereferenceObject(second);
}

/* A handle of one is none of the other's, and goes with its process. */
static void use_clients(void)
{
    ETHREAD *self = PsiCurrentThread();
    EPROCESS *before = self->Process;
    PsiSetThreadProcess(self, process);
    status[4] = ZwCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
    PsiSetThreadProcess(self, second);
    status[5] = ZwClose(handle);
    PsiSetThreadProcess(self, before);
    status[6] = (NTSTATUS)ObiCountHandles(process->HandleTable);
    ObiReference(process);
    PsiEndProcess(process, 9);
    status[7] = process->ExitStatus;
    if (KeWaitForSingleObject(process, Executive, KernelMode, FALSE, &patience) != STATUS_SUCCESS ||
        ObiCountHandles(process->HandleTable) != 0)
        status[7] = STATUS_UNSUCCESSFUL;
    ObfDereferenceObject(process);
    PsiEndProcess(second, 0);
}

static void clients_are_processes_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(set_routine(note_process, FALSE), STATUS_SUCCESS);
    in_kernel(make_clients);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_SUCCESS);
    assert_int_equal(status[2], STATUS_OBJECT_NAME_COLLISION);
    assert_int_equal(status[3], STATUS_WAIT_1);
    in_kernel(use_clients);
    assert_int_equal(status[4], STATUS_SUCCESS);
    assert_int_equal(status[5], STATUS_INVALID_HANDLE);
    assert_int_equal(status[6], 1);
    assert_int_equal(status[7], 9);
    assert_int_equal(set_routine(note_process, TRUE), STATUS_SUCCESS);
    assert_int_equal(count_notes(0x7000005, 1), 1);
    assert_int_equal(count_notes(0x7000005, 0), 1);
    assert_string_equal(await_note(0x7000009, 1).name, "two");
}

static void look_at_self(void)
{
    status[0] = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)getpid(), &process);
    status[1] = process == PsiClientProcess ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    status[2] = (NTSTATUS)(ULONG_PTR)PsGetProcessInheritedFromUniqueProcessId(process);
    ObfDereferenceObject(process);
}

static void the_embedding_program_is_itself(void **state)
{
    (void)state;
    in_kernel(look_at_self);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_SUCCESS);
    assert_int_equal(status[2], getppid());
    assert_int_equal(strncmp(PsiClientProcess->ImageName, "ps_notify_test", 14), 0);
}

/* ---- processes of the host ------------------------------------------------------------------------ */

static child watched;

static void open_child(void)
{
    OBJECT_ATTRIBUTES attributes;
    cid.UniqueProcess = (HANDLE)(ULONG_PTR)watched.id;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status[0] = PsLookupProcessByProcessId(cid.UniqueProcess, &process);
    status[1] = ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &attributes, &cid);
    status[2] = ZwTerminateProcess(handle, 0);
    status[3] = PsGetProcessExitStatus(process);
    status[4] = PsLookupProcessByProcessId(cid.UniqueProcess, &second);
    status[5] = process == second ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    ObfDereferenceObject(second);
}

static void await_child(void)
{
    LARGE_INTEGER timeout = patience;
    status[0] = ZwWaitForSingleObject(handle, FALSE, &timeout);
    status[1] = KeWaitForSingleObject(process, Executive, KernelMode, FALSE, &patience);
    status[2] = process->ExitTime != 0 && PsGetProcessExitProcessCalled(process) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    status[3] = PsLookupProcessByProcessId(cid.UniqueProcess, &second); /* still, as somebody holds it */
    ObfDereferenceObject(second);
    ZwClose(handle);
    ObfDereferenceObject(process);
    /* Until the watcher has let it go as well. */
    while (NT_SUCCESS(status[4] = PsLookupProcessByProcessId(cid.UniqueProcess, &process)))
        ObfDereferenceObject(process);
}

static void an_object_is_signalled_when_its_process_ends(void **state)
{
    (void)state;
    watched = fork_child(0);
    in_kernel(open_child);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_SUCCESS);
    assert_int_equal(status[2], STATUS_ACCESS_DENIED);
    assert_int_equal(status[3], STATUS_PENDING);
    assert_int_equal(status[5], STATUS_SUCCESS);
    assert_non_null(PsWatchSource());
    end_child(watched);
    in_kernel(await_child);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_SUCCESS);
    assert_int_equal(status[2], STATUS_SUCCESS);
    assert_int_equal(status[3], STATUS_SUCCESS);
    assert_int_equal(status[4], STATUS_INVALID_PARAMETER);
}

/* ---- removing, and the machine's end ------------------------------------------------------------------ */

extern _Atomic LONG PspProcessRoutines;
static _Atomic int removed;

static void *remove_from_outside(void *unused)
{
    (void)unused;
    SysAttach();
    set_routine(note_process, TRUE);
    removed = 1;
    return NULL;
}

static void removing_waits_for_the_routine(void **state)
{
    (void)state;
    pthread_t thread;
    removed = 0;
    assert_int_equal(set_routine(note_process, FALSE), STATUS_SUCCESS);
    set_gate(1);
    child one = fork_child(0);
    await_gate();
    assert_int_equal(pthread_create(&thread, NULL, remove_from_outside, NULL), 0);
    while (PspProcessRoutines != 0) /* it is as good as gone, and the other thread waits */
        sched_yield();
    assert_int_equal(removed, 0);
    set_gate(0);
    pthread_join(thread, NULL);
    assert_int_equal(removed, 1);
    end_child(one);
    assert_int_equal(count_notes(one.id, 0), 0);
}

static void NTAPI many(HANDLE parent, HANDLE id, BOOLEAN create)
{
    (void)parent, (void)id, (void)create;
}

static void fill_slots(void)
{
    /* Any address will do as long as no process comes: they are machine-made ones here. */
    status[0] = STATUS_SUCCESS;
    for (ULONG_PTR i = 0; i < 64 && NT_SUCCESS(status[0]); i++)
        status[0] = PsSetCreateThreadNotifyRoutine((PCREATE_THREAD_NOTIFY_ROUTINE)(ULONG_PTR)many);
    status[1] = PsSetCreateThreadNotifyRoutine((PCREATE_THREAD_NOTIFY_ROUTINE)(ULONG_PTR)many);
    for (ULONG i = 0; i < 64; i++)
        PsRemoveCreateThreadNotifyRoutine((PCREATE_THREAD_NOTIFY_ROUTINE)(ULONG_PTR)many);
    status[2] = PsRemoveCreateThreadNotifyRoutine((PCREATE_THREAD_NOTIFY_ROUTINE)(ULONG_PTR)many);
}

static void there_are_64_places(void **state)
{
    (void)state;
    in_kernel(fill_slots);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(status[2], STATUS_PROCEDURE_NOT_FOUND);
}

static void the_machine_closes_while_it_watches(void **state)
{
    for (unsigned round = 0; round < 10; round++) {
        assert_int_equal(set_routine(note_process, FALSE), STATUS_SUCCESS);
        pid_t id = SPAWN("/bin/true");
        dotsys_machine_close(machine);
        waitpid(id, NULL, 0);
        assert_int_equal(open_machine(state), 0);
        assert_null(PsWatchSource());
    }
}

static NTSTATUS stop_service(void *unused)
{
    (void)unused;
    KeBugCheckEx(0xE2, 0, 0, 0, 0);
}

static void a_stopped_machine_tells_nothing(void **state)
{
    assert_int_equal(set_routine(note_process, FALSE), STATUS_SUCCESS);
    assert_int_equal(KeEnterKernel(stop_service, NULL, KernelMode), STATUS_HOST_DOWN);
    pid_t id = SPAWN("/bin/true");
    waitpid(id, NULL, 0);
    dotsys_machine_close(machine);
    assert_int_equal(count_notes(id, 1), 0);
    assert_int_equal(open_machine(state), 0);
}

static void look_up_child(void)
{
    status[0] = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)watched.id, &process);
    if (NT_SUCCESS(status[0]))
        ObfDereferenceObject(process);
}

static void setting_survives_lack_of_memory(void **state)
{
    (void)state;
    BOOLEAN reached = TRUE;
    for (LONG number = 1; reached; number++) {
        MmFailAllocation(number, FALSE);
        NTSTATUS set = set_routine(note_process, FALSE);
        reached = MmAllocationCount() >= (ULONG)number;
        MmFailAllocation(-1, FALSE);
        assert_true(set == STATUS_SUCCESS || set == STATUS_INSUFFICIENT_RESOURCES);
        assert_int_equal(set_routine(note_process, TRUE), set == STATUS_SUCCESS ? STATUS_SUCCESS : STATUS_PROCEDURE_NOT_FOUND);
        assert_null(PsWatchSource());
        assert_true(number < 100);
    }
    for (LONG number = 1; number < 20; number++) {
        watched = fork_child(0);
        MmFailAllocation(number, TRUE);
        in_kernel(look_up_child);
        MmFailAllocation(-1, FALSE);
        assert_true(status[0] == STATUS_SUCCESS || status[0] == STATUS_INSUFFICIENT_RESOURCES);
        end_child(watched);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_machine, close_machine)
    const struct CMUnitTest tests[] = {
        TEST(it_gets_image_and_command_line),
        TEST(a_driver_may_say_no),
        TEST(what_was_asked_about_is_not_told_again),
        TEST(clients_are_processes_of_their_own),
        TEST(the_embedding_program_is_itself),
        TEST(an_object_is_signalled_when_its_process_ends),
        TEST(removing_waits_for_the_routine),
        TEST(there_are_64_places),
        TEST(the_machine_closes_while_it_watches),
        TEST(a_stopped_machine_tells_nothing),
        TEST(setting_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
