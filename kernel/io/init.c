/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The object types of io, and its start and end. */
#include <string.h>

#include "io/bootcallback.h"
#include "io/completion.h"
#include "cm/cm.h"
#include "io/sysinfo.h"

OBJECT_TYPE *IoiDriverObjectType, *IoiDeviceObjectType, *IoiFileObjectType;

/* The same variables under the names drivers import. */
extern OBJECT_TYPE *IoDriverObjectType __attribute__((alias("IoiDriverObjectType")));
extern OBJECT_TYPE *IoDeviceObjectType __attribute__((alias("IoiDeviceObjectType")));
extern OBJECT_TYPE *IoFileObjectType __attribute__((alias("IoiFileObjectType")));

static NTSTATUS IopCreateTypes(void)
{
    OBJECT_TYPE Template;
    NTSTATUS Status;

    memset(&Template, 0, sizeof(Template));
    Template.PoolTag = 0x76697244; /* 'Driv' */
    Template.ValidAccess = STANDARD_RIGHTS_ALL | 1;
    Template.Procedures.Delete = IopDeleteDriver;
    Status = ObiCreateType("Driver", &Template, &IoiDriverObjectType);
    if (!NT_SUCCESS(Status))
        return Status;

    Template.GenericMapping = (GENERIC_MAPPING){
        FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
    Template.ValidAccess = FILE_ALL_ACCESS;
    Template.PoolTag = 0x69766544; /* 'Devi' */
    Template.Procedures.Delete = IopDeleteDevice;
    Template.Procedures.Parse = IopParseDevice;
    Template.Procedures.Security = IopDeviceSecurity;
    Template.Procedures.SetSecurity = IopSetDeviceSecurity;
    Status = ObiCreateType("Device", &Template, &IoiDeviceObjectType);
    if (!NT_SUCCESS(Status))
        return Status;

    memset(&Template.Procedures, 0, sizeof(Template.Procedures));
    Template.PoolTag = 0x656C6946; /* 'File' */
    Template.Procedures.Delete = IopDeleteFile;
    Template.Procedures.Close = IopCloseFile;
    Template.Procedures.Parse = IopParseFile;
    Template.Procedures.QueryName = IopQueryFileName;
    Template.Procedures.Security = IopFileSecurity;
    Template.Procedures.SetSecurity = IopSetFileSecurity;
    Template.Waitable = TRUE;
    Template.WaitOffset = FIELD_OFFSET(FILE_OBJECT, Event);
    Template.HasFileNames = TRUE;
    Status = ObiCreateType("File", &Template, &IoiFileObjectType);
    if (NT_SUCCESS(Status))
        Status = IopCreatePortType();
    return NT_SUCCESS(Status) ? IopCreateCompletionType() : Status;
}

NTSTATUS IoInitialize(void)
{
    IopResetFinishing();
    IopDatabaseLock = 0;
    IopShareCancelLock();
    InitializeListHead(&IopDriverList);
    IopResetResources();
    IopResetShutdown();
    IopResetReinit();
    IopResetBootCallbacks();
    IopResetTimers();
    IopResetInterrupts();
    IopResetRegistration();
    IopResetConfiguration();
    IopResetSystemInformation();
    PsThreadRundown = IoiRundownThread;
    CmQueueWorkItem = ExQueueWorkItem;
    IopInitializeWorkers();
    NTSTATUS Status = IopCreateTypes();
    return NT_SUCCESS(Status) ? IopCreateReserve() : Status;
}
