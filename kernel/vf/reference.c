/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * References verified drivers take to objects: who took each one, until it is given back. Those
 * that are left when the driver is unloaded are findings, with the stack they were taken on. An
 * object that is gone was given back by somebody else. One without references is being deleted, and
 * takes none (0x3F).
 */
#include "ke/ke.h"
#include "kd/kd.h"
#include "ob/export.h"
#include "ps/export.h"
#include "rtl/rtl.h"
#include "vf/pool.h"
#include "vf/request.h"

#define VFP_STACK_TEXT 400

/* Change: 1: it is to be referenced, -1: dereferenced. */
static void VfpCheckCount(const void *Object, LONG Change, ULONG_PTR Site)
{
    const LONG_PTR Count = __atomic_load_n(
        &OBJECT_TO_HEADER((void *)(ULONG_PTR)Object)->PointerCount, __ATOMIC_RELAXED);
    if (Count <= 0)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x3F, (ULONG_PTR)Object,
            (ULONG_PTR)(LONG_PTR)Change, 0, Site,
            "the object at %p was %s and has no references: it has been, or is being, deleted",
            Object, Change > 0 ? "referenced" : "dereferenced");
}

/* Object: what the call has written; looked at only if it succeeded. */
static void VfpTaken(NTSTATUS Status, void *const *Object, const char *Routine, ULONG_PTR Site)
{
    if (VfIsOn(VF_MISC) && NT_SUCCESS(Status))
        VfpRemember(VFP_REFERENCE, *Object, Routine, Site);
}

/* Before it is dereferenced. */
static void VfpGiveBack(const void *Object, ULONG_PTR Site)
{
    VfpCheckCount(Object, -1, Site);
    if (VfIsOn(VF_MISC))
        VfpForget(VFP_REFERENCE, Object, Site);
}

static NTSTATUS NTAPI VfObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access,
    OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, OBJECT_HANDLE_INFORMATION *Information)
{
    VfpCheckHandle(Handle, Type, Mode, VF_CALLER);
    const NTSTATUS Status = ObReferenceObjectByHandle(
        Handle, Access, Type, Mode, Object, Information);
    VfpTaken(Status, Object, "ObReferenceObjectByHandle", VF_CALLER);
    return Status;
}

static NTSTATUS NTAPI VfObReferenceObjectByPointer(
    void *Object, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode)
{
    VfpCheckCount(Object, 1, VF_CALLER);
    const NTSTATUS Status = ObReferenceObjectByPointer(Object, Access, Type, Mode);
    VfpTaken(Status, &Object, "ObReferenceObjectByPointer", VF_CALLER);
    return Status;
}

static LONG_PTR FASTCALL VfObfReferenceObject(void *Object)
{
    VfpCheckCount(Object, 1, VF_CALLER);
    VfpTaken(STATUS_SUCCESS, &Object, "ObReferenceObject", VF_CALLER);
    return ObfReferenceObject(Object);
}

static LONG_PTR FASTCALL VfObfDereferenceObject(void *Object)
{
    VfpGiveBack(Object, VF_CALLER);
    return ObfDereferenceObject(Object);
}

static LONG_PTR FASTCALL VfObfReferenceObjectWithTag(void *Object, ULONG Tag)
{
    VfpCheckCount(Object, 1, VF_CALLER);
    VfpTaken(STATUS_SUCCESS, &Object, "ObReferenceObjectWithTag", VF_CALLER);
    return ObfReferenceObjectWithTag(Object, Tag);
}

static LONG_PTR FASTCALL VfObfDereferenceObjectWithTag(void *Object, ULONG Tag)
{
    VfpGiveBack(Object, VF_CALLER);
    return ObfDereferenceObjectWithTag(Object, Tag);
}

static LONG_PTR NTAPI VfObDereferenceObject(void *Object)
{
    VfpGiveBack(Object, VF_CALLER);
    return ObDereferenceObject(Object);
}

static void NTAPI VfObDereferenceObjectDeferDelete(void *Object)
{
    VfpGiveBack(Object, VF_CALLER);
    ObDereferenceObjectDeferDelete(Object);
}

/* These note who asked for a host's process, which is the driver and not us. */
static NTSTATUS NTAPI VfPsLookupProcessByProcessId(HANDLE ProcessId, EPROCESS **Process)
{
    const NTSTATUS Status = PsLookupProcessByProcessId(ProcessId, Process);
    if (NT_SUCCESS(Status))
        __atomic_store_n(&(*Process)->LookupSite, VF_CALLER, __ATOMIC_RELAXED);
    VfpTaken(Status, (void *const *)Process, "PsLookupProcessByProcessId", VF_CALLER);
    return Status;
}

static NTSTATUS NTAPI VfPsLookupThreadByThreadId(HANDLE ThreadId, ETHREAD **Thread)
{
    const NTSTATUS Status = PsLookupThreadByThreadId(ThreadId, Thread);
    VfpTaken(Status, (void *const *)Thread, "PsLookupThreadByThreadId", VF_CALLER);
    return Status;
}

static NTSTATUS NTAPI VfIoGetDeviceObjectPointer(UNICODE_STRING *ObjectName,
    ACCESS_MASK DesiredAccess, FILE_OBJECT **FileObject, DEVICE_OBJECT **DeviceObject)
{
    const NTSTATUS Status = IoGetDeviceObjectPointer(
        ObjectName, DesiredAccess, FileObject, DeviceObject);
    VfpTaken(Status, (void *const *)FileObject, "IoGetDeviceObjectPointer", VF_CALLER);
    return Status;
}

/* ---- At unload ------------------------------------------------------------------------------- */

typedef struct VFP_SEARCH {
    const void *Object;
    const OBJECT_HEADER *Found;
} VFP_SEARCH;

static BOOLEAN VfpVisit(OBJECT_HEADER *Header, void *Context)
{
    VFP_SEARCH *Search = Context;
    if (Header->Body != Search->Object)
        return TRUE;
    Search->Found = Header;
    return FALSE;
}

/* ---- Handles --------------------------------------------------------------------------------- */

/* Whoever makes handles for a driver: the innermost verified driver on the stack has it. */
static void VfpHandleMade(HANDLE Handle)
{
    VFP_STACK Stack;
    VfpCaptureStack(&Stack);
    if (Stack.Count != 0 && VfIsVerifiedCode(Stack.Frame[0]))
        VfpRemember(VFP_HANDLE, Handle, NULL, Stack.Frame[0]);
}

static void VfpHandleClosed(HANDLE Handle)
{
    VfpForget(VFP_HANDLE, Handle, 0);
}

const OB_HANDLE_WATCH VfpHandleWatch = {VfpHandleMade, VfpHandleClosed};

static void VfpReportHandles(const LDR_IMAGE *Image)
{
    VFP_RECORD Record;
    while (VfpTakeRecord(VFP_HANDLE, Image, NULL, &Record)) {
        char Type[64], Stack[VFP_STACK_TEXT];
        void *Object;
        if (!NT_SUCCESS(
                ObReferenceObjectByHandle((HANDLE)Record.Key, 0, NULL, KernelMode, &Object, NULL)))
            continue;
        RtlpToUtf8(&OBJECT_TO_HEADER(Object)->Type->Name, Type, sizeof(Type));
        ObfDereferenceObject(Object);
        KdFinding(DOTSYS_FINDING_OBJECT_LEAK, Record.Site,
            "handle left open: 0x%llx, of a %s: ZwClose%s", (unsigned long long)Record.Key, Type,
            VfpStackText(&Record.Stack, Stack, sizeof(Stack)));
    }
}

void VfpReportReferences(const LDR_IMAGE *Image)
{
    VFP_RECORD Record;
    VfpReportHandles(Image);
    while (VfpTakeRecord(VFP_REFERENCE, Image, NULL, &Record)) {
        VFP_SEARCH Search = {.Object = (const void *)Record.Key};
        char Type[64], Stack[VFP_STACK_TEXT];
        ObEnumerateObjects(VfpVisit, &Search);
        /* io tells of processes */
        if (Search.Found == NULL || Search.Found->Type == PsProcessObjectType)
            continue;
        RtlpToUtf8(&Search.Found->Type->Name, Type, sizeof(Type));
        KdFinding(DOTSYS_FINDING_OBJECT_LEAK, Record.Site,
            "object left referenced by %s: %s at %p: ObDereferenceObject%s", Record.Routine, Type,
            (void *)Record.Key, VfpStackText(&Record.Stack, Stack, sizeof(Stack)));
    }
}

const LDR_REPLACEMENT VfpReferenceTable[] = {
    VF_REPLACE(ObReferenceObjectByHandle, VF_MISC),
    VF_REPLACE(ObReferenceObjectByPointer, 0),
    VF_REPLACE(ObfReferenceObject, 0),
    VF_REPLACE(ObfReferenceObjectWithTag, 0),
    VF_REPLACE(ObfDereferenceObject, 0),
    VF_REPLACE(ObfDereferenceObjectWithTag, 0),
    VF_REPLACE(ObDereferenceObject, 0),
    VF_REPLACE(ObDereferenceObjectDeferDelete, 0),
    VF_REPLACE(PsLookupProcessByProcessId, VF_MISC),
    VF_REPLACE(PsLookupThreadByThreadId, VF_MISC),
    VF_REPLACE(IoGetDeviceObjectPointer, VF_MISC),
    VF_REPLACE_END,
};
