/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Services from several threads at once: every call succeeds or fails for a reason another thread
 * gave it, and what is left is what the registry says.
 */
#include <pthread.h>

#include "scm_test.h"

#define ROUNDS 60

static pthread_barrier_t Together;
static _Atomic int Wrong; /* an error no other thread can have caused */

static void Expect(BOOL Done, const DWORD *Allowed)
{
    DWORD Error = GetLastError();
    if (Done)
        return;
    for (; *Allowed != 0; Allowed++) {
        if (*Allowed == Error)
            return;
    }
    Wrong = (int)Error;
}

static void *StartAndStop(void *Argument)
{
    static const DWORD Start[] = {ERROR_SERVICE_ALREADY_RUNNING, ERROR_SERVICE_DEPENDENCY_FAIL, 0};
    static const DWORD Stop[] = {ERROR_SERVICE_NOT_ACTIVE, ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
        ERROR_DEPENDENT_SERVICES_RUNNING, ERROR_INVALID_SERVICE_CONTROL, 0};
    SC_HANDLE All = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS),
              Service = OpenServiceA(All, Argument, SERVICE_ALL_ACCESS);
    pthread_barrier_wait(&Together);
    for (int Round = 0; Round < ROUNDS; Round++) {
        SERVICE_STATUS Status;
        Expect(StartServiceA(Service, 0, NULL), Start);
        Expect(ControlService(Service, SERVICE_CONTROL_STOP, &Status), Stop);
    }
    CloseServiceHandle(Service);
    CloseServiceHandle(All);
    return NULL;
}

static void *CreateAndDelete(void *Argument)
{
    static const DWORD Create[] = {ERROR_SERVICE_EXISTS, ERROR_SERVICE_MARKED_FOR_DELETE, 0};
    static const DWORD Delete[] = {ERROR_SERVICE_MARKED_FOR_DELETE, 0};
    SC_HANDLE All = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    pthread_barrier_wait(&Together);
    for (int Round = 0; Round < ROUNDS; Round++) {
        SC_HANDLE Service = CreateServiceA(All, "transient", NULL, SERVICE_ALL_ACCESS,
            SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, Argument, NULL, NULL,
            NULL, NULL, NULL);
        Expect(Service != NULL, Create);
        if (Service == NULL)
            continue;
        Expect(DeleteService(Service), Delete);
        CloseServiceHandle(Service);
    }
    CloseServiceHandle(All);
    return NULL;
}

static void *Look(void *Argument)
{
    static const DWORD None[] = {0};
    ENUM_SERVICE_STATUSA List[32];
    SC_HANDLE All = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    (void)Argument;
    pthread_barrier_wait(&Together);
    for (int Round = 0; Round < ROUNDS; Round++) {
        DWORD Needed, Count, Resume = 0;
        Expect(EnumServicesStatusA(All, SERVICE_DRIVER, SERVICE_STATE_ALL, List, sizeof(List),
                   &Needed, &Count, &Resume),
            None);
    }
    CloseServiceHandle(All);
    return NULL;
}

static void EverybodyAtOnce(void **State)
{
    (void)State;
    static char One[] = "one", Two[] = "two";
    char Path[256];
    pthread_t Thread[7];
    Install("one", (INSTALL){.Start = SERVICE_DEMAND_START});
    Install("two", (INSTALL){.Start = SERVICE_DEMAND_START, .Depend = "one\0"});
    snprintf(Path, sizeof(Path), "%s", Image("transient"));
    pthread_barrier_init(&Together, NULL, 7);
    for (int Index = 0; Index < 2; Index++) {
        pthread_create(&Thread[Index], NULL, StartAndStop, One);
        pthread_create(&Thread[2 + Index], NULL, StartAndStop, Two);
        pthread_create(&Thread[4 + Index], NULL, CreateAndDelete, Path);
    }
    pthread_create(&Thread[6], NULL, Look, NULL);
    for (int Index = 0; Index < 7; Index++)
        pthread_join(Thread[Index], NULL);
    pthread_barrier_destroy(&Together);
    assert_int_equal(Wrong, 0);
    StopIt("two");
    StopIt("one");
    assert_int_equal(StatusOf("one").dwCurrentState, SERVICE_STOPPED);
    assert_int_equal(StartIt("two"), 0);
    assert_null(OpenIt("transient"));
    assert_int_equal(GetLastError(), ERROR_SERVICE_DOES_NOT_EXIST);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test_setup_teardown(EverybodyAtOnce, OpenMachine, CloseMachine)};
    return cmocka_run_group_tests(Tests, MakeFolder, RemoveFolder);
}
