/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The embedding interface of a machine that is open (machine.c opens it): its drivers, its
 * registry, questions about it and what is plugged in. Any thread may call; it is attached the
 * first time.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cm/cm.h"
#include "ex/ex.h"
#include "hal/hal.h"
#include "io/leak.h"
#include "ke/interrupt.h"
#include "machine.h"
#include "rtl/status.h"
#include "services.h"

static _Thread_local char MachineMessage[640];

dotsys_status machine_fail(dotsys_status status, const char *format, ...)
{
    va_list Values;
    va_start(Values, format);
    vsnprintf(MachineMessage, sizeof(MachineMessage), format, Values);
    va_end(Values);
    return status;
}

void machine_set_message(const char *text)
{
    machine_fail(STATUS_SUCCESS, "%s", text);
}

const char *dotsys_last_message(void)
{
    return MachineMessage;
}

NTSTATUS machine_enter(KE_SERVICE service, void *arguments)
{
    NTSTATUS Status = SysAttach();
    return NT_SUCCESS(Status) ? KeEnterKernel(service, arguments, KernelMode) : Status;
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

static dotsys_status MachineDriverCall(KE_SERVICE Service, const char *Name, const char *Path)
{
    MACHINE_DRIVER_CALL Call = {.Name = Name, .Path = Path};
    MachineMessage[0] = 0;
    if (Path != NULL && (Call.FullPath = MachineFullPath(Path)) == NULL)
        return machine_fail(STATUS_INSUFFICIENT_RESOURCES, "out of memory");
    NTSTATUS Status = machine_enter(Service, &Call);
    free(Call.FullPath);
    if (Status == STATUS_HOST_DOWN && Call.Error.Text[0] == 0)
        return machine_fail(Status, "the machine has stopped");
    if (Status != STATUS_SUCCESS)
        return machine_fail(Status, "%s", Call.Error.Text);
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
    return machine_enter(Service, Call);
}

dotsys_status dotsys_registry_set(dotsys_machine *machine, const char *key, const char *name,
    uint32_t type, const void *data, size_t size_bytes)
{
    MACHINE_REGISTRY_CALL Call = {
        .Key = key, .Name = name, .Type = type, .Data = data, .Bytes = size_bytes};
    (void)machine;
    NTSTATUS Status = MachineRegistryCall(MachineSetValue, &Call);
    if (Status == STATUS_SUCCESS)
        return Status;
    return machine_fail(Status, "%s: the value cannot be set: %s", key != NULL ? key : "no key",
        RtlpStatusName(Status));
}

dotsys_status dotsys_registry_import_text(
    dotsys_machine *machine, const char *text, size_t size_bytes)
{
    MACHINE_REGISTRY_CALL Call = {.Data = text, .Bytes = size_bytes};
    (void)machine;
    NTSTATUS Status = MachineRegistryCall(MachineImportText, &Call);
    if (Status != STATUS_SUCCESS)
        return machine_fail(Status, "line %u of the registry text: %s",
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

#define MACHINE_POOL_KINDS 512u

typedef struct MACHINE_POOL_QUERY {
    dotsys_pool_usage *Usage;
    size_t Room, Count;
} MACHINE_POOL_QUERY;

static NTSTATUS MachineQueryPool(void *Arguments)
{
    static EX_POOL_USAGE Usage[MACHINE_POOL_KINDS]; /* one machine_call at a time */
    MACHINE_POOL_QUERY *Query = Arguments;
    const size_t Count = ExQueryPoolUsage(Usage, MACHINE_POOL_KINDS);
    Query->Count = Count < Query->Room ? Count : Query->Room;
    for (size_t Index = 0; Index < Query->Count; Index++)
        MachineDescribeUsage(&Usage[Index], &Query->Usage[Index]);
    return STATUS_SUCCESS;
}

size_t dotsys_pool_query(dotsys_machine *machine, dotsys_pool_usage *usage, size_t room)
{
    MACHINE_POOL_QUERY Query = {usage, room, 0};
    (void)machine;
    return NT_SUCCESS(machine_call(MachineQueryPool, &Query)) ? Query.Count : 0;
}

/* ---- what is plugged in ---------------------------------------------------------------------- */

static NTSTATUS MachineAttachPort(void *Arguments)
{
    return HaliAttachPort(Arguments);
}

dotsys_status dotsys_port_attach(dotsys_machine *machine, const dotsys_port_device *device)
{
    dotsys_port_device Copy = *device;
    (void)machine;
    return machine_enter(MachineAttachPort, &Copy);
}

static NTSTATUS MachineAttachMemory(void *Arguments)
{
    return HaliAttachMemory(Arguments);
}

dotsys_status dotsys_memory_attach(dotsys_machine *machine, const dotsys_memory_device *device)
{
    dotsys_memory_device Copy = *device;
    (void)machine;
    return machine_enter(MachineAttachMemory, &Copy);
}

static NTSTATUS MachineAttachPci(void *Arguments)
{
    return HaliAttachPci(Arguments);
}

dotsys_status dotsys_pci_attach(dotsys_machine *machine, const dotsys_pci_function *function)
{
    dotsys_pci_function Copy = *function;
    (void)machine;
    return machine_enter(MachineAttachPci, &Copy);
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
