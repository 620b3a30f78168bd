/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Processes and threads as objects: clients of their own, the program the machine lives in,
 * processes of the host, and what is told of threads and images.
 */
#include "ps/control.h"
#include "ps/job.h"
#include "ps_test.h"
#include "rtl/rtl.h"

/* ---- clients --------------------------------------------------------------------------------- */

static void make_clients(void)
{
    status[0] = PsiCreateClientProcess(
        (HANDLE)0x7000005, (HANDLE)4242, "/opt/one", NULL, FALSE, TRUE, &process);
    status[1] = PsiCreateClientProcess(
        (HANDLE)0x7000009, (HANDLE)4242, "/opt/two", NULL, TRUE, FALSE, &second);
    status[2] = PsiCreateClientProcess(
        (HANDLE)0x7000005, (HANDLE)4242, "/opt/one", NULL, FALSE, FALSE, &second);
    status[3] = PsLookupProcessByProcessId((HANDLE)0x7000005, &second);
    if (second == process && PsGetProcessWow64Process(process) != NULL &&
        strcmp(PsGetProcessImageFileName(process), "one") == 0)
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

static void make_one_client(void)
{
    status[0] = PsiCreateClientProcess(
        (HANDLE)0x7000011, (HANDLE)4242, "/opt/three", NULL, FALSE, FALSE, &process);
}

static void end_one_client(void)
{
    status[1] = (NTSTATUS)ObiCountHandles(process->HandleTable);
    PsiEndProcess(process, 0);
}

/* A thread that stands for a client elsewhere: its handles are that client's. */
static void *serve_client(void *context)
{
    if (PsAttachHostThread(process) != STATUS_SUCCESS)
        return NULL;
    *(NTSTATUS *)context = SysCreateEvent(
        &handle, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
    return context;
}

static void threads_serve_the_process_they_are_attached_to(void **state)
{
    (void)state;
    pthread_t thread;
    void *result;
    static NTSTATUS made;
    in_kernel(make_one_client);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(pthread_create(&thread, NULL, serve_client, &made), 0);
    pthread_join(thread, &result);
    assert_non_null(result);
    assert_int_equal(made, STATUS_SUCCESS);
    assert_int_equal(SysClose(handle), STATUS_INVALID_HANDLE);
    in_kernel(end_one_client);
    assert_int_equal(status[1], 1);
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
    assert_int_equal(strncmp(PsiClientProcess->ImageName, "ps_object_test", 14), 0);
}

/* ---- processes of the host ------------------------------------------------------------------- */

static CLIENT_ID cid;
static HANDLE other;
static PROCESS_BASIC_INFORMATION basic;

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
    status[6] = ObOpenObjectByPointer(process, OBJ_KERNEL_HANDLE, NULL, PROCESS_ALL_ACCESS,
        PsProcessObjectType, KernelMode, &other);
    ZwClose(other);
    status[7] = ZwQueryInformationProcess(
        handle, ProcessBasicInformation, &basic, sizeof(basic), NULL);
}

static void await_child(void)
{
    LARGE_INTEGER timeout = patience;
    status[0] = ZwWaitForSingleObject(handle, FALSE, &timeout);
    status[1] = KeWaitForSingleObject(process, Executive, KernelMode, FALSE, &patience);
    status[2] = process->ExitTime != 0 && PsGetProcessExitProcessCalled(process)
        ? STATUS_SUCCESS
        : STATUS_UNSUCCESSFUL;
    /* still, as somebody holds it */
    status[3] = PsLookupProcessByProcessId(cid.UniqueProcess, &second);
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
    assert_int_equal(status[6], STATUS_SUCCESS);
    assert_int_equal(status[7], STATUS_SUCCESS);
    assert_int_equal((pid_t)basic.UniqueProcessId, watched.id);
    assert_int_equal((pid_t)basic.InheritedFromUniqueProcessId, getpid());
    assert_int_equal(basic.ExitStatus, STATUS_PENDING);
    assert_non_null(PsWatchSource());
    end_child(watched);
    in_kernel(await_child);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_SUCCESS);
    assert_int_equal(status[2], STATUS_SUCCESS);
    assert_int_equal(status[3], STATUS_SUCCESS);
    assert_int_equal(status[4], STATUS_INVALID_CID);
}

static void act_for_child(void)
{
    KAPC_STATE state;
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    status[0] = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)watched.id, &process);
    if (!NT_SUCCESS(status[0]))
        return;
    KeStackAttachProcess((PKPROCESS)process, &state);
    status[1] = PsGetCurrentProcess() == process &&
            IoThreadToProcess(PsGetCurrentThread()) == PsiClientProcess
        ? STATUS_SUCCESS
        : STATUS_UNSUCCESSFUL;
    /* it has no handles here */
    status[2] = ZwCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    status[3] = ZwClose((HANDLE)4);
    attributes.Attributes = OBJ_KERNEL_HANDLE;
    status[4] = ZwCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    status[5] = ZwClose(handle);
    KeUnstackDetachProcess(&state);
    status[6] = PsGetCurrentProcess() == PsiClientProcess ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    ObfDereferenceObject(process);
}

static void a_thread_may_act_for_it(void **state)
{
    (void)state;
    watched = fork_child(0);
    in_kernel(act_for_child);
    end_child(watched);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_SUCCESS);
    assert_false(NT_SUCCESS(status[2]));
    assert_int_equal(status[3], STATUS_INVALID_HANDLE);
    assert_int_equal(status[4], STATUS_SUCCESS);
    assert_int_equal(status[5], STATUS_SUCCESS);
    assert_int_equal(status[6], STATUS_SUCCESS);
}

/* ---- threads and images ---------------------------------------------------------------------- */

static unsigned threads_made, threads_ended;
static HANDLE thread_process;

static void NTAPI note_thread(HANDLE owner, HANDLE id, BOOLEAN create)
{
    (void)id;
    pthread_mutex_lock(&note_lock);
    thread_process = owner;
    *(create ? &threads_made : &threads_ended) += 1;
    pthread_mutex_unlock(&note_lock);
}

static struct {
    unsigned count;
    char name[512];
    HANDLE id;
    IMAGE_INFO info;
} image;

static void NTAPI note_image(PUNICODE_STRING name, HANDLE id, PIMAGE_INFO info)
{
    image.count++;
    image.id = id;
    image.info = *info;
    RtlpToUtf8(name, image.name, sizeof(image.name));
}

static void set_others(void)
{
    threads_made = threads_ended = 0;
    memset(&image, 0, sizeof(image));
    status[0] = PsSetCreateThreadNotifyRoutine(note_thread);
    status[1] = PsSetLoadImageNotifyRoutine(note_image);
}

static void remove_others(void)
{
    status[0] = PsRemoveCreateThreadNotifyRoutine(note_thread);
    status[1] = PsRemoveLoadImageNotifyRoutine(note_image);
}

static void *call_once(void *unused)
{
    (void)unused;
    return SysAttach() == STATUS_SUCCESS && threads_made == 1 ? &threads_made : NULL;
}

static void threads_of_a_client_are_told_of(void **state)
{
    (void)state;
    pthread_t thread;
    void *result;
    in_kernel(set_others);
    assert_int_equal(pthread_create(&thread, NULL, call_once, NULL), 0);
    pthread_join(thread, &result);
    assert_non_null(result);
    in_kernel(remove_others);
    assert_int_equal(threads_made, 1);
    assert_int_equal(threads_ended, 1);
    assert_int_equal((pid_t)(ULONG_PTR)thread_process, getpid());
}

static void a_drivers_image_is_told_of(void **state)
{
    (void)state;
    char path[600];
    uintptr_t base;
    size_t bytes;
    snprintf(path, sizeof(path), "%s/drivers/x64/free/hello.sys", getenv("DOTSYS_TEST_BUILD"));
    in_kernel(set_others);
    assert_int_equal(dotsys_driver_start(machine, "hello", path), 0);
    assert_true(dotsys_driver_image(machine, "hello", &base, &bytes));
    assert_int_equal(image.count, 1);
    assert_string_equal(strrchr(image.name, '\\'), "\\hello.sys");
    assert_null(image.id);
    assert_int_equal(image.info.SystemModeImage, 1);
    assert_int_equal((uintptr_t)image.info.ImageBase, base);
    assert_int_equal(image.info.ImageSize, bytes);
    in_kernel(remove_others);
    assert_int_equal(dotsys_driver_stop(machine, "hello"), 0);
    assert_int_equal(dotsys_driver_start(machine, "hello", path), 0);
    assert_int_equal(image.count, 1);
}

/* ---- processes as wholes --------------------------------------------------------------------- */

static ULONG freezes[3];

/* In a critical region, or it would stop at once: it is one of the threads. */
static void suspend_all(void)
{
    KeEnterCriticalRegion();
    status[0] = PsSuspendProcess(PsiClientProcess);
    status[1] = PsSuspendProcess(PsiClientProcess);
    freezes[0] = PsGetThreadFreezeCount(PsiCurrentThread());
    status[2] = PsResumeProcess(PsiClientProcess);
    freezes[1] = PsGetThreadFreezeCount(PsiCurrentThread());
    status[3] = PsResumeProcess(PsiClientProcess);
    status[4] = PsResumeProcess(PsiClientProcess);
    freezes[2] = PsGetThreadFreezeCount(PsiCurrentThread());
    KeLeaveCriticalRegion();
}

static void a_process_is_suspended_as_often_as_it_is_resumed(void **state)
{
    (void)state;
    in_kernel(suspend_all);
    for (unsigned index = 0; index < 5; index++)
        assert_int_equal(status[index], STATUS_SUCCESS);
    assert_int_equal(freezes[0], 2);
    assert_int_equal(freezes[1], 1);
    assert_int_equal(freezes[2], 0);
}

static struct {
    ULONG count[2];
    ULONG_PTR id[2];
} members;
static ULONG64 counts[8]; /* JOBOBJECT_BASIC_ACCOUNTING_INFORMATION */

/* A job with this process in it: it says so, and nobody ends this process through it. */
static void use_job(void)
{
    HANDLE job, rival;
    ULONG length;
    status[0] = ZwCreateJobObject(&job, 0x1F001F, NULL);
    status[1] = ZwAssignProcessToJobObject(job, (HANDLE)(LONG_PTR)-1);
    status[2] = ZwIsProcessInJob((HANDLE)(LONG_PTR)-1, job);
    ZwCreateJobObject(&rival, 0x1F001F, NULL);
    status[3] = ZwAssignProcessToJobObject(rival, (HANDLE)(LONG_PTR)-1);
    status[4] = ZwIsProcessInJob((HANDLE)(LONG_PTR)-1, rival);
    status[5] = ZwQueryInformationJobObject(NULL, 3, &members, sizeof(members), &length);
    status[6] = ZwQueryInformationJobObject(job, 1, counts, 48, &length);
    status[7] = ZwTerminateJobObject(job, 0);
    ZwClose(rival);
    ZwClose(job);
}

static void a_process_is_in_one_job(void **state)
{
    (void)state;
    in_kernel(use_job);
    assert_int_equal(status[0], STATUS_SUCCESS);
    assert_int_equal(status[1], STATUS_SUCCESS);
    assert_int_equal(status[2], STATUS_PROCESS_IN_JOB);
    assert_int_equal(status[3], STATUS_ACCESS_DENIED);
    assert_int_equal(status[4], STATUS_PROCESS_NOT_IN_JOB);
    assert_int_equal(status[5], STATUS_SUCCESS);
    assert_int_equal(members.count[0], 1);
    assert_int_equal(members.id[0], getpid());
    assert_int_equal(status[6], STATUS_SUCCESS);
    assert_int_equal((ULONG)(counts[4] >> 32), 1); /* in all */
    assert_int_equal((ULONG)counts[5], 1);         /* active */
    assert_int_equal(status[7], STATUS_ACCESS_DENIED);
    assert_ptr_equal(PsGetProcessJob(PsiClientProcess), PsiClientProcess->Job);
    assert_non_null(PsiClientProcess->Job);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_machine, close_machine)
    const struct CMUnitTest tests[] = {
        TEST(clients_are_processes_of_their_own),
        TEST(threads_serve_the_process_they_are_attached_to),
        TEST(the_embedding_program_is_itself),
        TEST(an_object_is_signalled_when_its_process_ends),
        TEST(a_thread_may_act_for_it),
        TEST(threads_of_a_client_are_told_of),
        TEST(a_drivers_image_is_told_of),
        TEST(a_process_is_suspended_as_often_as_it_is_resumed),
        TEST(a_process_is_in_one_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
