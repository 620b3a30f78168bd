/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The machine: bringing the components up in order and down again. One machine a process;
 * MachineLock serialises opening and closing, everything else is the kernel's own locking.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "cc/cc.h"
#include "cm/cm.h"
#include "disk/disk.h"
#include "fs/fs.h"
#include "hal/hal.h"
#include "io/iop.h"
#include "ke/server.h"
#include "machine.h"
#include "mm/section.h"
#include "pnp/pnp.h"
#include "po/po.h"
#include "rtl/status.h"
#include "scm/scm.h"
#include "services.h"
#include "vf/explore.h"
#include "vf/lowres.h"
#include "vf/vf.h"
#include "wmi/wmi.h"

struct dotsys_machine {
    dotsys_options options;
    struct machine_host host;
};

static const struct machine_host MachineThrowAway = {.disk = -1, .cmos = -1, .broker = -1};

static struct dotsys_machine Machine;
static BOOLEAN MachineOpen;
static pthread_mutex_t MachineLock = PTHREAD_MUTEX_INITIALIZER;

static const struct {
    const char *Name;
    ULONG Version;
} MachineVersions[] = {
    {"win2000", EXPORT_OS_WIN2000}, {"xp", EXPORT_OS_XP}, {"win7", EXPORT_OS_WIN7},
    {"win81", EXPORT_OS_WIN81}, {"win10", EXPORT_OS_WIN10}, {"win11", EXPORT_OS_WIN11},
};

/* ---- what the kernel prints and finds -------------------------------------------------------- */

static void MachineLog(
    void *Context, ULONG64 Time100ns, ULONG ThreadId, const char *Source, const char *Text)
{
    const dotsys_options *Options = Context;
    const dotsys_log_line Line = {Time100ns, ThreadId, Source, Text};
    if (Options->log != NULL)
        Options->log(Options->context, &Line);
    else
        fprintf(stderr, "[%s] %s\n", Source, Text);
}

static void MachineFinding(
    void *Context, int Kind, const char *Driver, const char *Text, const char *Image, ULONG64 Site)
{
    const dotsys_options *Options = Context;
    const dotsys_finding Finding = {(enum dotsys_finding_kind)Kind, Driver, Text, Image, Site};
    if (Options->finding != NULL)
        Options->finding(Options->context, &Finding);
    else
        fprintf(stderr, "dotsys: %s: %s\n", Driver != NULL ? Driver : "machine", Text);
}

/* ---- up and down ----------------------------------------------------------------------------- */

static NTSTATUS MachineBoot(const dotsys_options *Options)
{
    NTSTATUS Status = KeInitialize();
    if (NT_SUCCESS(Status))
        Status = MmInitialize();
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ExInitialize();
    if (NT_SUCCESS(Status))
        Status = ObInitialize();
    if (NT_SUCCESS(Status))
        Status = SeInitialize();
    if (NT_SUCCESS(Status))
        Status = PsInitialize(Options->ordinary_user);
    if (NT_SUCCESS(Status))
        Status = KeReserveServers();
    if (NT_SUCCESS(Status))
        Status = HalInitialize();
    if (NT_SUCCESS(Status))
        Status = CmInitialize();
    if (NT_SUCCESS(Status))
        Status = LdrInitialize();
    if (NT_SUCCESS(Status))
        Status = IoInitialize();
    if (NT_SUCCESS(Status))
        Status = MmInitializeSections();
    CcInitialize();
    if (NT_SUCCESS(Status))
        Status = ScmInitialize();
    IoFindImageFile = FsiFindHostPath;
    return Status;
}

/* What needs a thread: the machine's own drivers. As the System process. */
static NTSTATUS MachineStartDevices(void *Context)
{
    const struct machine_host *Host = Context;
    NTSTATUS Status = FsInitialize(Host->drive_c);
    if (NT_SUCCESS(Status))
        Status = DiskInitialize(Host->disk, Host->disk_writable);
    if (NT_SUCCESS(Status))
        Status = IoiCreateNullDevice();
    if (NT_SUCCESS(Status))
        Status = CmiCreateDosDevices();
    PoInitialize();
    if (NT_SUCCESS(Status))
        Status = PnpInitialize();
    if (NT_SUCCESS(Status))
        Status = WmiInitialize();
    return Status;
}

static NTSTATUS MachineStartSystem(void *Arguments)
{
    return IoiRunAsSystem(MachineStartDevices, Arguments);
}

static NTSTATUS MachineStartServices(void *Arguments)
{
    NTSTATUS Status = ScmBoot(Arguments);
    if (NT_SUCCESS(Status))
        PnpStartDevices();
    return Status;
}

/*
 * Nothing of the kernel's state needs undoing: it lies in the system range, which goes as a whole,
 * or is reset at the next start. What must be given back is the host's: signal handlers, and the
 * range itself.
 */
static void MachineTearDown(void)
{
    PsiClientProcess = NULL;
    PsiSystemProcess = NULL;
    FsTerminate();
    DiskTerminate();
    HalTerminate();
    LdrTerminate();
    KeTerminate();
    MmTerminate();
    VfEndExploring();
}

static NTSTATUS MachineStopHelpers(void *Arguments)
{
    (void)Arguments;
    IopStopWorkers();
    KeStopServers();
    return STATUS_SUCCESS;
}

/* Threads that are still inside, and system threads a driver left running, are sent out. By a
 * thread that is attached. */
static void MachineStopThreads(void)
{
    KiStopped = 1;
    KeStopThreads();
}

/* No thread is the machine's any more. */
static void MachineEndThreads(void)
{
    PsStopWatching();
    PsDetachHostThread();
    PsWaitForThreads();
}

/* This thread is attached, and the machine's own drivers start. */
static NTSTATUS MachineStartAttached(void)
{
    NTSTATUS Status = PsAttachHostThread(PsiClientProcess);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = KeEnterKernel(MachineStartSystem, &Machine.host, KernelMode);
    if (!NT_SUCCESS(Status)) {
        KeEnterKernel(MachineStopHelpers, NULL, KernelMode);
        MachineStopThreads();
        MachineEndThreads();
    }
    return Status;
}

static NTSTATUS MachineCheckOptions(
    const dotsys_options *Given, dotsys_options *Options, ULONG *Version)
{
    memset(Options, 0, sizeof(*Options));
    if (Given != NULL) {
        if (Given->size > sizeof(*Options) || Given->size < sizeof(size_t) + sizeof(char *))
            return STATUS_INVALID_PARAMETER;
        memcpy(Options, Given, Given->size);
        if (Options->verify & ~DOTSYS_VERIFY_KNOWN)
            return STATUS_INVALID_PARAMETER;
    }
    *Version = EXPORT_OS_WIN10;
    if (Options->os == NULL)
        return STATUS_SUCCESS;
    for (size_t Index = 0; Index < sizeof(MachineVersions) / sizeof(MachineVersions[0]); Index++) {
        if (strcmp(Options->os, MachineVersions[Index].Name) == 0) {
            *Version = MachineVersions[Index].Version;
            return STATUS_SUCCESS;
        }
    }
    return STATUS_INVALID_PARAMETER;
}

static void MachineStubs(const char *Image, const char *Names)
{
    KdLog("loader",
        "%s imports what is only a stub here, and stops the machine if it calls it: %s\n", Image,
        Names);
}

static NTSTATUS MachineOpenLocked(const dotsys_options *Given, const struct machine_host *Host)
{
    static KI_PCR Boot;
    ULONG Version;
    if (MachineOpen)
        return machine_fail(
            STATUS_ALREADY_REGISTERED, "this process has a machine already: close it first");
    NTSTATUS Status = MachineCheckOptions(Given, &Machine.options, &Version);
    if (!NT_SUCCESS(Status))
        return machine_fail(Status,
            "an option is wrong: os is one of win2000, xp, win7, win81, win10, win11; verify of "
            "DOTSYS_VERIFY_…");

    if (Machine.options.schedule != NULL)
        Status = VfExplore(Machine.options.schedule);
    if (!NT_SUCCESS(Status))
        return machine_fail(Status,
            Status == STATUS_INVALID_PARAMETER
                ? "schedule is a seed, or what dotsys run --explore says"
                : "the machine could not start: out of memory");
    LdrTargetVersion = Version;
    VfPrepare(Machine.options.verify, Machine.options.verify_drivers);
    LdrRefuseStubs = Machine.options.strict;
    LdrStubsImported = MachineStubs;
    KeCheckAlignment = Machine.options.align;
    KdInitialize(MachineLog, &Machine.options);
    KdSetFindingSink(MachineFinding, &Machine.options);
    KdInitializeReport();
    VfPrepareLowResources(Machine.options.schedule, Machine.options.verify_tags, Host->stacks);
    Machine.host = *Host;
    CmStorage = Host->storage;
    HalCmosFile = Host->cmos;
    KeBindBootPcr(&Boot);
    Status = MachineBoot(&Machine.options);
    KeBindBootPcr(NULL);
    if (NT_SUCCESS(Status))
        Status = MachineStartAttached();
    if (!NT_SUCCESS(Status)) {
        MachineTearDown();
        if (Status != STATUS_CONFLICTING_ADDRESSES && Status != STATUS_INSUFFICIENT_RESOURCES) {
            return machine_fail(Status, "the machine could not start: %s%s", RtlpStatusName(Status),
                KeCheckAlignment && Status == STATUS_NOT_SUPPORTED
                    ? ": this host does not trap misaligned accesses"
                    : "");
        }
        return machine_fail(Status,
            Status == STATUS_CONFLICTING_ADDRESSES
                ? "the address range of the machine is in use by something else in this process"
                : "the machine could not start: out of memory");
    }
    MachineOpen = TRUE;
    if (Machine.options.fail_allocation != 0)
        MmFailAllocation(Machine.options.fail_allocation, Machine.options.fail_forever);
    return STATUS_SUCCESS;
}

static dotsys_status MachineOpened(const struct machine_host *host, LDR_ERROR *Error)
{
    NTSTATUS Status = host->opened != NULL ? host->opened(host->opened_context, &Machine)
                                           : STATUS_SUCCESS;
    if (!NT_SUCCESS(Status))
        /* closing says things of its own */
        snprintf(Error->Text, sizeof(Error->Text), "%s", dotsys_last_message());
    else if (host->start_services)
        Status = KeEnterKernel(MachineStartServices, Error, KernelMode);
    return Status;
}

dotsys_status machine_open(
    const dotsys_options *options, const struct machine_host *host, dotsys_machine **machine)
{
    LDR_ERROR Error = {0};
    *machine = NULL;
    machine_set_message("");
    pthread_mutex_lock(&MachineLock);
    NTSTATUS Status = MachineOpenLocked(options, host != NULL ? host : &MachineThrowAway);
    if (NT_SUCCESS(Status))
        *machine = &Machine;
    pthread_mutex_unlock(&MachineLock);
    if (!NT_SUCCESS(Status) || host == NULL)
        return Status;
    Status = MachineOpened(host, &Error);
    if (NT_SUCCESS(Status))
        return Status;
    dotsys_machine_close(*machine);
    *machine = NULL;
    return machine_fail(Status, "%s", Error.Text);
}

NTSTATUS machine_call(KE_SERVICE service, void *arguments)
{
    pthread_mutex_lock(&MachineLock);
    NTSTATUS Status = MachineOpen ? machine_enter(service, arguments) : STATUS_HOST_DOWN;
    pthread_mutex_unlock(&MachineLock);
    return Status;
}

static BOOLEAN MachineReportIrp(IRP *Irp, void *Context)
{
    (void)Context;
    if (IopPacket(Irp)->Kind == IOP_SERVICE && Irp->CurrentLocation <= Irp->StackCount)
        IoiReportIrp(Irp);
    return TRUE;
}

static NTSTATUS MachineShutDown(void *Arguments)
{
    (void)Arguments;
    MmFailAllocation(-1, FALSE);
    PsiCurrentThread()->Tcb.PreviousMode = KernelMode;
    IoiRundownThread(PsiCurrentThread());
    ObiCloseAllHandles(PsiClientProcess->HandleTable, UserMode);
    CcShutdown();
    IoiNotifyShutdown();
    PnpPowerOff();
    PnpShutdown();
    IoiUnloadAll(); /* an unload routine may wait for a work item of its own */
    DiskShutdown();
    MachineStopHelpers(NULL);
    IoiEnumerateIrps(MachineReportIrp, NULL);
    CmShutdown();
    KdFlush();
    return STATUS_SUCCESS;
}

unsigned dotsys_machine_close(dotsys_machine *machine)
{
    pthread_mutex_lock(&MachineLock);
    if (machine == NULL || !MachineOpen) {
        pthread_mutex_unlock(&MachineLock);
        return 0;
    }
    const BOOLEAN Stopped = KdGetReport() != NULL;
    if (NT_SUCCESS(SysAttach())) {
        KeEnterKernel(MachineShutDown, NULL, KernelMode);
        if (!Stopped && KdGetReport() != NULL)
            KdFinding(DOTSYS_FINDING_OTHER, 0, "the machine stopped while it was being closed:\n%s",
                KdGetReport());
        MachineStopThreads();
    }
    unsigned Findings = KdFindingCount();
    MachineEndThreads();
    MachineTearDown();
    MachineOpen = FALSE;
    if (Machine.host.closed != NULL)
        Machine.host.closed(Machine.host.context);
    pthread_mutex_unlock(&MachineLock);
    return Findings;
}
