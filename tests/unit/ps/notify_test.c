/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Process notify routines: what the extended forms get, saying no, removing one that runs, lack of
 * memory, and ends of the machine with a watcher about.
 */
#include "ke/kep.h"
#include "ps_test.h"
#include "rtl/rtl.h"

/* ---- the extended routine -------------------------------------------------------------------- */

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
    /* The routine must not miss it: it is told of whatever is called sleep, and the number is known
     * afterwards. */
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

/* ---- processes the machine itself starts ----------------------------------------------------- */

static void ask(void)
{
    extended.answer = STATUS_VIRUS_INFECTED;
    status[3] = PsiAskProcessCreation(
        (HANDLE)(ULONG_PTR)extended_id, (HANDLE)4242, "/bin/true", "true -x");
    status[4] = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)extended_id, &process);
    if (NT_SUCCESS(status[4]))
        ObfDereferenceObject(process);
}

static void ask_kindly(void)
{
    extended.answer = STATUS_SUCCESS;
    status[3] = PsiAskProcessCreation(
        (HANDLE)(ULONG_PTR)extended_id, (HANDLE)4242, "/bin/true", "true -x");
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
    assert_int_equal(status[4], STATUS_INVALID_CID);
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

/* ---- removing, and the machine's end --------------------------------------------------------- */

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

static void a_routine_that_faults_stops_the_machine(void **state)
{
    char path[600];
    const char *report = NULL;
    UNICODE_STRING name = RTL_STRING(u"\\??\\NotifyNull");
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK io;
    snprintf(
        path, sizeof(path), "%s/tests/kernel/x64/notify_null.sys", getenv("DOTSYS_TEST_BUILD"));
    /* cmocka puts its own handlers over the machine's before each test. */
    assert_int_equal(host_faults_install(KiHandleFault, KiHandleInterrupt), 0);
    assert_int_equal(dotsys_driver_start(machine, "notify_null", path), 0);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    assert_int_equal(SysCreateFile(&handle, GENERIC_READ | SYNCHRONIZE, &attributes, &io, NULL, 0,
                         0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0),
        STATUS_SUCCESS);
    /* Any process of the host will do: it may have stopped before the request is done. */
    NTSTATUS set = SysDeviceIoControlFile(
        handle, NULL, NULL, NULL, &io, 0x222000, NULL, 0, NULL, 0);
    assert_true(set == STATUS_SUCCESS || set == STATUS_HOST_DOWN);
    pid_t id = SPAWN("/bin/true");
    waitpid(id, NULL, 0);
    while (!dotsys_machine_stopped(machine, &report))
        sched_yield();
    assert_non_null(strstr(report, "notify_null"));
    dotsys_machine_close(machine);
    assert_int_equal(open_machine(state), 0);
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

/* An allocation of the watcher's own that fails once loses nothing. */
static void events_survive_lack_of_memory(void **state)
{
    (void)state;
    assert_int_equal(set_routine(note_process, FALSE), STATUS_SUCCESS);
    for (LONG number = 1; number < 4; number++) {
        MmFailAllocation(number, FALSE);
        child one = fork_child(0);
        await_note(one.id, 1);
        end_child(one);
        await_note(one.id, 0);
        MmFailAllocation(-1, FALSE);
        assert_int_equal(count_notes(one.id, 1), 1);
        assert_int_equal(count_notes(one.id, 0), 1);
    }
    assert_int_equal(set_routine(note_process, TRUE), STATUS_SUCCESS);
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
        assert_int_equal(set_routine(note_process, TRUE),
            set == STATUS_SUCCESS ? STATUS_SUCCESS : STATUS_PROCEDURE_NOT_FOUND);
        await_no_watch();
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
        TEST(a_routine_that_faults_stops_the_machine),
        TEST(removing_waits_for_the_routine),
        TEST(there_are_64_places),
        TEST(the_machine_closes_while_it_watches),
        TEST(a_stopped_machine_tells_nothing),
        TEST(setting_survives_lack_of_memory),
        TEST(events_survive_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
