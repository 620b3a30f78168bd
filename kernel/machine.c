/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The machine: bringing the components up in order and down again, and the embedding interface over
 * them. One machine a process; MachineLock serialises opening and closing, everything else is the
 * kernel's own locking.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cm/cm.h"
#include "disk/disk.h"
#include "fs/fs.h"
#include "hal/hal.h"
#include "io/iop.h"
#include "io/leak.h"
#include "ke/interrupt.h"
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
static _Thread_local char MachineMessage[640];

static const struct {
    const char *Name;
    ULONG Version;
} MachineVersions[] = {
    {"win2000", EXPORT_OS_WIN2000}, {"xp", EXPORT_OS_XP}, {"win7", EXPORT_OS_WIN7},
    {"win81", EXPORT_OS_WIN81}, {"win10", EXPORT_OS_WIN10}, {"win11", EXPORT_OS_WIN11},
};

static dotsys_status MachineFail(NTSTATUS Status, const char *Text)
{
    snprintf(MachineMessage, sizeof(MachineMessage), "%s", Text);
    return Status;
}

void machine_set_message(const char *text)
{
    MachineFail(STATUS_SUCCESS, text);
}

const char *dotsys_last_message(void)
{
    return MachineMessage;
}

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
        return MachineFail(
            STATUS_ALREADY_REGISTERED, "this process has a machine already: close it first");
    NTSTATUS Status = MachineCheckOptions(Given, &Machine.options, &Version);
    if (!NT_SUCCESS(Status))
        return MachineFail(Status,
            "an option is wrong: os is one of win2000, xp, win7, win81, win10, win11; verify of "
            "DOTSYS_VERIFY_…");

    if (Machine.options.schedule != NULL)
        Status = VfExplore(Machine.options.schedule);
    if (!NT_SUCCESS(Status))
        return MachineFail(Status,
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
            snprintf(MachineMessage, sizeof(MachineMessage), "the machine could not start: %s%s",
                RtlpStatusName(Status),
                KeCheckAlignment && Status == STATUS_NOT_SUPPORTED
                    ? ": this host does not trap misaligned accesses"
                    : "");
            return Status;
        }
        return MachineFail(Status,
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
    MachineMessage[0] = 0;
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
    return MachineFail(Status, Error.Text);
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

/* ---- drivers --------------------------------------------------------------------------------- */

typedef struct MACHINE_DRIVER_CALL {
    const char *Name, *Path;
    char *FullPath; /* malloc */
    LDR_ERROR Error;
    NTSTATUS Status;
} MACHINE_DRIVER_CALL;

static NTSTATUS MachineStart(void *Arguments)
{
    MACHINE_DRIVER_CALL *Call = Arguments;
    return IoiLoadDriver(Call->Name, Call->Path, Call->FullPath, &Call->Error);
}

static NTSTATUS MachineStop(void *Arguments)
{
    MACHINE_DRIVER_CALL *Call = Arguments;
    return IoiUnloadDriver(Call->Name, &Call->Error);
}

/* Where a file is, whatever folder the process is in; symbolic links stay, as a driver's name may
 * be theirs. */
static char *MachineFullPath(const char *Path)
{
    char *Folder = Path[0] != '/' ? getcwd(NULL, 0) : NULL, *Result = NULL;
    if (Folder == NULL)
        return Path[0] == '/' ? strdup(Path) : NULL;
    if (asprintf(&Result, "%s/%s", Folder, strncmp(Path, "./", 2) == 0 ? Path + 2 : Path) < 0)
        Result = NULL;
    free(Folder);
    return Result;
}

/* On the calling thread, which is attached the first time. */
static NTSTATUS MachineEnter(KE_SERVICE Service, void *Arguments)
{
    NTSTATUS Status = SysAttach();
    return NT_SUCCESS(Status) ? KeEnterKernel(Service, Arguments, KernelMode) : Status;
}

static dotsys_status MachineDriverCall(KE_SERVICE Service, const char *Name, const char *Path)
{
    MACHINE_DRIVER_CALL Call = {.Name = Name, .Path = Path};
    MachineMessage[0] = 0;
    if (Path != NULL && (Call.FullPath = MachineFullPath(Path)) == NULL)
        return MachineFail(STATUS_INSUFFICIENT_RESOURCES, "out of memory");
    NTSTATUS Status = MachineEnter(Service, &Call);
    free(Call.FullPath);
    if (Status == STATUS_HOST_DOWN && Call.Error.Text[0] == 0)
        return MachineFail(Status, "the machine has stopped");
    if (Status != STATUS_SUCCESS)
        return MachineFail(Status, Call.Error.Text);
    return Status;
}

dotsys_status dotsys_driver_start(dotsys_machine *machine, const char *name, const char *path)
{
    (void)machine;
    return MachineDriverCall(MachineStart, name, path);
}

dotsys_status dotsys_driver_stop(dotsys_machine *machine, const char *name)
{
    (void)machine;
    return MachineDriverCall(MachineStop, name, NULL);
}

/* ---- registry -------------------------------------------------------------------------------- */

typedef struct MACHINE_REGISTRY_CALL {
    const char *Key, *Name; /* Name NULL: Data is the text of a .reg file */
    ULONG Type;
    const void *Data;
    size_t Bytes;
    ULONG Line;
    const char *Reason; /* what is wrong in that line; NULL: the status says it */
} MACHINE_REGISTRY_CALL;

static NTSTATUS MachineSetValue(void *Arguments)
{
    const MACHINE_REGISTRY_CALL *Call = Arguments;
    UNICODE_STRING Key, Name;
    if (Call->Bytes > MAXULONG || Call->Key == NULL || Call->Name == NULL)
        return STATUS_INVALID_PARAMETER;
    if (!RtlpFromUtf8(Call->Key, &Key))
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;
    if (RtlpFromUtf8(Call->Name, &Name)) {
        Status = CmiSetValue(&Key, &Name, Call->Type, Call->Data, (ULONG)Call->Bytes);
        RtlpFree(Name.Buffer);
    }
    RtlpFree(Key.Buffer);
    return Status;
}

static NTSTATUS MachineImportText(void *Arguments)
{
    MACHINE_REGISTRY_CALL *Call = Arguments;
    return CmiImportText(Call->Data, Call->Bytes, &Call->Line, &Call->Reason);
}

static NTSTATUS MachineRegistryCall(KE_SERVICE Service, MACHINE_REGISTRY_CALL *Call)
{
    MachineMessage[0] = 0;
    return MachineEnter(Service, Call);
}

dotsys_status dotsys_registry_set(dotsys_machine *machine, const char *key, const char *name,
    uint32_t type, const void *data, size_t size_bytes)
{
    MACHINE_REGISTRY_CALL Call = {
        .Key = key, .Name = name, .Type = type, .Data = data, .Bytes = size_bytes};
    (void)machine;
    NTSTATUS Status = MachineRegistryCall(MachineSetValue, &Call);
    if (Status != STATUS_SUCCESS)
        snprintf(MachineMessage, sizeof(MachineMessage), "%s: the value cannot be set: %s",
            key != NULL ? key : "no key", RtlpStatusName(Status));
    return Status;
}

dotsys_status dotsys_registry_import_text(
    dotsys_machine *machine, const char *text, size_t size_bytes)
{
    MACHINE_REGISTRY_CALL Call = {.Data = text, .Bytes = size_bytes};
    (void)machine;
    NTSTATUS Status = MachineRegistryCall(MachineImportText, &Call);
    if (Status != STATUS_SUCCESS)
        snprintf(MachineMessage, sizeof(MachineMessage), "line %u of the registry text: %s",
            (unsigned)Call.Line, Call.Reason != NULL ? Call.Reason : RtlpStatusName(Status));
    return Status;
}

/* ---- questions ------------------------------------------------------------------------------- */

bool dotsys_machine_stopped(dotsys_machine *machine, const char **report)
{
    (void)machine;
    const char *Text = KdGetReport();
    if (report != NULL)
        *report = Text;
    return Text != NULL;
}

typedef struct MACHINE_IMAGE_QUERY {
    const char *Name;
    LDR_IMAGE *Image;
} MACHINE_IMAGE_QUERY;

static BOOLEAN MachineMatchImage(LDR_IMAGE *Image, void *Context)
{
    MACHINE_IMAGE_QUERY *Query = Context;
    size_t Length = strlen(Query->Name);
    if (strncasecmp(Image->Name, Query->Name, Length) != 0 ||
        (Image->Name[Length] != 0 && Image->Name[Length] != '.'))
        return TRUE;
    Query->Image = Image;
    return FALSE;
}

bool dotsys_driver_image(
    dotsys_machine *machine, const char *name, uintptr_t *base, size_t *size_bytes)
{
    MACHINE_IMAGE_QUERY Query = {name, NULL};
    (void)machine;
    LdrEnumerateImages(MachineMatchImage, &Query);
    if (Query.Image == NULL)
        return false;
    *base = (uintptr_t)Query.Image->Base;
    *size_bytes = Query.Image->SizeOfImage;
    return true;
}

#define MACHINE_POOL_KINDS 512u

typedef struct MACHINE_POOL_QUERY {
    EX_POOL_USAGE Usage[MACHINE_POOL_KINDS];
    ULONG Count;
} MACHINE_POOL_QUERY;

static NTSTATUS MachineQueryPool(void *Arguments)
{
    MACHINE_POOL_QUERY *Query = Arguments;
    Query->Count = ExQueryPoolUsage(Query->Usage, MACHINE_POOL_KINDS);
    return STATUS_SUCCESS;
}

static void MachineDescribeUsage(const EX_POOL_USAGE *From, dotsys_pool_usage *To)
{
    memset(To, 0, sizeof(*To));
    IopTagText(From->Tag, To->tag);
    const LDR_IMAGE *Image = From->ImageBase != 0 ? LdrFindImage(From->ImageBase) : NULL;
    if (Image != NULL) {
        snprintf(To->driver, sizeof(To->driver), "%s", Image->Name);
        char *Dot = strrchr(To->driver, '.');
        if (Dot != NULL)
            *Dot = 0;
    }
    To->paged = From->Paged;
    To->blocks = From->Blocks;
    To->bytes = From->Bytes;
}

size_t dotsys_pool_query(dotsys_machine *machine, dotsys_pool_usage *usage, size_t room)
{
    static MACHINE_POOL_QUERY Query; /* under MachineLock */
    size_t Count = 0;
    (void)machine;
    pthread_mutex_lock(&MachineLock);
    if (MachineOpen && NT_SUCCESS(MachineEnter(MachineQueryPool, &Query))) {
        Count = Query.Count < room ? Query.Count : room;
        for (size_t Index = 0; Index < Count; Index++)
            MachineDescribeUsage(&Query.Usage[Index], &usage[Index]);
    }
    pthread_mutex_unlock(&MachineLock);
    return Count;
}

static NTSTATUS MachineAttachPort(void *Arguments)
{
    return HaliAttachPort(Arguments);
}

dotsys_status dotsys_port_attach(dotsys_machine *machine, const dotsys_port_device *device)
{
    dotsys_port_device Copy = *device;
    (void)machine;
    return MachineEnter(MachineAttachPort, &Copy);
}

static NTSTATUS MachineAttachMemory(void *Arguments)
{
    return HaliAttachMemory(Arguments);
}

dotsys_status dotsys_memory_attach(dotsys_machine *machine, const dotsys_memory_device *device)
{
    dotsys_memory_device Copy = *device;
    (void)machine;
    return MachineEnter(MachineAttachMemory, &Copy);
}

static NTSTATUS MachineAttachPci(void *Arguments)
{
    return HaliAttachPci(Arguments);
}

dotsys_status dotsys_pci_attach(dotsys_machine *machine, const dotsys_pci_function *function)
{
    dotsys_pci_function Copy = *function;
    (void)machine;
    return MachineEnter(MachineAttachPci, &Copy);
}

dotsys_status dotsys_interrupt_set(dotsys_machine *machine, unsigned line, bool asserted)
{
    (void)machine;
    if (line >= KI_INTERRUPT_LINES)
        return STATUS_INVALID_PARAMETER;
    KeSetInterruptLine(line, asserted);
    return DOTSYS_OK;
}

dotsys_status dotsys_memory_read(
    dotsys_machine *machine, uint64_t address, void *buffer, size_t bytes)
{
    (void)machine;
    return HaliTransferMemory(address, buffer, bytes, FALSE);
}

dotsys_status dotsys_memory_write(
    dotsys_machine *machine, uint64_t address, const void *buffer, size_t bytes)
{
    (void)machine;
    return HaliTransferMemory(address, (void *)(uintptr_t)buffer, bytes, TRUE);
}

dotsys_status dotsys_port_load(dotsys_machine *machine, const char *path, const char *arguments)
{
    const dotsys_plugin_api Api = {sizeof(Api), machine, dotsys_port_attach, dotsys_pci_attach,
        dotsys_interrupt_set, dotsys_memory_read, dotsys_memory_write, dotsys_memory_attach};
    MachineMessage[0] = 0;
    return HaliLoadPlugin(&Api, path, arguments, MachineMessage, sizeof(MachineMessage));
}

const char *dotsys_status_name(dotsys_status status)
{
    return RtlpStatusName(status);
}

uint32_t dotsys_status_win32(dotsys_status status)
{
    return RtlpStatusToWin32(status);
}

const char *dotsys_version(void)
{
    return DOTSYS_VERSION;
}
