/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Handles of the manager and of services: objects of types of their own, so that they go with their
 * process. Rights are checked against the descriptors Windows gives both by default; descriptors of
 * single services are not kept.
 */
#include "scm/scmp.h"

typedef struct SCM_HANDLE {
    SCM_RECORD *Record; /* counted in its Handles; NULL: the manager, or a handle that was never
                           made */
} SCM_HANDLE;

static OBJECT_TYPE *ScmManagerType, *ScmServiceType;
/* pool, as long as the machine */
static SECURITY_DESCRIPTOR *ScmManagerDescriptor, *ScmServiceDescriptor;

static const GENERIC_MAPPING ScmManagerMapping = {
    STANDARD_RIGHTS_READ | SC_MANAGER_ENUMERATE_SERVICE | SC_MANAGER_QUERY_LOCK_STATUS,
    STANDARD_RIGHTS_WRITE | SC_MANAGER_CREATE_SERVICE | SC_MANAGER_MODIFY_BOOT_CONFIG,
    STANDARD_RIGHTS_EXECUTE | SC_MANAGER_CONNECT | SC_MANAGER_LOCK,
    SC_MANAGER_ALL_ACCESS,
};
static const GENERIC_MAPPING ScmServiceMapping = {
    STANDARD_RIGHTS_READ | SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS | SERVICE_INTERROGATE |
        SERVICE_ENUMERATE_DEPENDENTS,
    STANDARD_RIGHTS_WRITE | SERVICE_CHANGE_CONFIG,
    STANDARD_RIGHTS_EXECUTE | SERVICE_START | SERVICE_STOP | SERVICE_PAUSE_CONTINUE |
        SERVICE_USER_DEFINED_CONTROL,
    SERVICE_ALL_ACCESS,
};

static void ScmDeleteHandle(void *Object)
{
    SCM_HANDLE *Handle = Object;
    if (Handle->Record == NULL)
        return;
    ScmAcquire();
    Handle->Record->Handles--;
    ScmPurge(Handle->Record);
    ScmRelease();
}

NTSTATUS ScmCreateTypes(void)
{
    /* Users may connect, list and ask; Administrators and the system may do everything. */
    static const UNICODE_STRING
        Manager = RTL_STRING(u"O:SYG:SYD:(A;;0xf003f;;;SY)(A;;0xf003f;;;BA)(A;;0x20015;;;BU)"),
        Service = RTL_STRING(u"O:SYG:SYD:(A;;0xf01ff;;;SY)(A;;0xf01ff;;;BA)(A;;0x2018d;;;BU)");
    OBJECT_TYPE Template = {.PoolTag = SCM_TAG, .Procedures.Delete = ScmDeleteHandle};
    NTSTATUS Status = SeiParseSddl(&Manager, &ScmManagerDescriptor);
    if (NT_SUCCESS(Status))
        Status = SeiParseSddl(&Service, &ScmServiceDescriptor);
    Template.GenericMapping = ScmManagerMapping;
    Template.ValidAccess = SC_MANAGER_ALL_ACCESS;
    if (NT_SUCCESS(Status))
        Status = ObiCreateType("ServiceManager", &Template, &ScmManagerType);
    Template.GenericMapping = ScmServiceMapping;
    Template.ValidAccess = SERVICE_ALL_ACCESS;
    if (NT_SUCCESS(Status))
        Status = ObiCreateType("Service", &Template, &ScmServiceType);
    return Status;
}

/* ---- using handles --------------------------------------------------------------------------- */

static NTSTATUS ScmReference(
    HANDLE Handle, OBJECT_TYPE *Type, ACCESS_MASK Access, SCM_HANDLE **Object)
{
    ACCESS_MASK Granted;
    NTSTATUS Status = ObiReferenceByHandle(
        Handle, Type, KiPreviousMode(), (void **)Object, &Granted);
    if (!NT_SUCCESS(Status))
        return STATUS_INVALID_HANDLE;
    if (KiPreviousMode() != KernelMode && (Granted & Access) != Access) {
        ObfDereferenceObject(*Object);
        return STATUS_ACCESS_DENIED;
    }
    return STATUS_SUCCESS;
}

NTSTATUS ScmReferenceService(HANDLE Handle, ACCESS_MASK Access, void **Object, SCM_RECORD **Record)
{
    SCM_HANDLE *Service;
    NTSTATUS Status = ScmReference(Handle, ScmServiceType, Access, &Service);
    if (!NT_SUCCESS(Status))
        return Status;
    *Object = Service;
    *Record = Service->Record;
    return STATUS_SUCCESS;
}

NTSTATUS ScmReferenceManager(HANDLE Handle, ACCESS_MASK Access)
{
    SCM_HANDLE *Manager;
    NTSTATUS Status = ScmReference(Handle, ScmManagerType, Access, &Manager);
    if (NT_SUCCESS(Status))
        ObfDereferenceObject(Manager);
    return Status;
}

/* ---- making handles -------------------------------------------------------------------------- */

static NTSTATUS ScmMakeHandle(OBJECT_TYPE *Type, const SECURITY_DESCRIPTOR *Descriptor,
    ACCESS_MASK Access, SCM_RECORD *Record, HANDLE *Handle)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ACCESS_MASK Granted;
    SCM_HANDLE *Object;
    RtlMapGenericMask(&Access, &Type->GenericMapping);
    NTSTATUS Status = SeiCheckAccess(Descriptor, Access, &Type->GenericMapping, Mode, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiCreateObject(Type, sizeof(*Object), EX_KERNEL_SITE, (void **)&Object);
    if (!NT_SUCCESS(Status))
        return Status;
    HANDLE New;
    Status = ObiCreateHandle(Object, Granted, 0, Mode, &New);
    if (NT_SUCCESS(Status)) {
        Object->Record = Record;
        if (Record != NULL)
            Record->Handles++;
        Status = ObiReturnHandle(Handle, New, Mode, Status);
    }
    ObfDereferenceObject(Object);
    return Status;
}

NTSTATUS ScmMakeServiceHandle(SCM_RECORD *Record, ACCESS_MASK Access, HANDLE *Handle)
{
    return ScmMakeHandle(ScmServiceType, ScmServiceDescriptor, Access, Record, Handle);
}

/* Connecting is part of every access to the manager. */
NTSTATUS NTAPI NtScmOpenManager(HANDLE *Handle, ACCESS_MASK Access)
{
    return ScmMakeHandle(
        ScmManagerType, ScmManagerDescriptor, Access | SC_MANAGER_CONNECT, NULL, Handle);
}

NTSTATUS NTAPI NtScmOpenService(
    HANDLE Manager, UNICODE_STRING *Name, ACCESS_MASK Access, HANDLE *Handle)
{
    UNICODE_STRING Copy;
    SCM_CONFIG *Config;
    NTSTATUS Status = ScmReferenceManager(Manager, SC_MANAGER_CONNECT);
    if (NT_SUCCESS(Status))
        Status = ObiCaptureString(Name, KiPreviousMode(), &Copy);
    if (!NT_SUCCESS(Status))
        return Status;
    ScmAcquire();
    Status = ScmCheckName(&Copy);
    if (NT_SUCCESS(Status))
        Status = ScmReadConfig(&Copy, &Config);
    if (NT_SUCCESS(Status)) {
        ExiFree(Config);
        SCM_RECORD *Record = ScmGetRecord(&Copy);
        Status = Record != NULL ? ScmMakeServiceHandle(Record, Access, Handle)
                                : STATUS_INSUFFICIENT_RESOURCES;
    }
    ScmRelease();
    if (Copy.Buffer != NULL)
        ExiFree(Copy.Buffer);
    return Status;
}

NTSTATUS NTAPI NtScmClose(HANDLE Handle)
{
    SCM_HANDLE *Object;
    NTSTATUS Status = ScmReference(Handle, ScmServiceType, 0, &Object);
    if (!NT_SUCCESS(Status))
        Status = ScmReference(Handle, ScmManagerType, 0, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    ObfDereferenceObject(Object);
    return NtClose(Handle);
}
