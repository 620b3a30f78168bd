/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The start and end of the namespace. */
#include "ob/callback.h"
#include "ob/filter.h"
#include "ob/obp.h"

static NTSTATUS ObpCreateDirectories(void)
{
    static const char *const Path[] = {"\\ObjectTypes", "\\Device", "\\Driver", "\\FileSystem",
        "\\BaseNamedObjects", "\\KernelObjects", "\\Callback"};
    void *Directory;

    NTSTATUS Status = ObpCreateDirectory("", 0, &ObRootDirectory);
    if (!NT_SUCCESS(Status))
        return Status;
    OBJECT_TO_HEADER(ObRootDirectory)->Flags |= OB_FLAG_PERMANENT;
    for (unsigned Index = 0; Index < sizeof(Path) / sizeof(Path[0]); Index++) {
        Status = ObpCreateDirectory(Path[Index], OBJ_PERMANENT, &Directory);
        if (!NT_SUCCESS(Status))
            return Status;
        ObfDereferenceObject(Directory);
    }
    /* Kept referenced: it is looked up by pointer. */
    Status = ObpCreateDirectory("\\GLOBAL??", OBJ_PERMANENT, &Directory);
    if (NT_SUCCESS(Status))
        ObpGlobalDirectory = Directory;
    return Status;
}

/* An empty target makes what follows the link the whole path: \??\GLOBALROOT\Device\X is
 * \Device\X. */
static NTSTATUS ObpCreateLinks(void)
{
    static const UNICODE_STRING Link[][2] = {
        {RTL_STRING(u"\\DosDevices"), RTL_STRING(u"\\??")},
        {RTL_STRING(u"\\??\\Global"), RTL_STRING(u"\\GLOBAL??")},
        {RTL_STRING(u"\\??\\GLOBALROOT"), RTL_STRING(u"")},
    };
    NTSTATUS Status = STATUS_SUCCESS;
    for (unsigned Index = 0; NT_SUCCESS(Status) && Index < sizeof(Link) / sizeof(Link[0]); Index++)
        Status = ObiCreateSymbolicLink(&Link[Index][0], &Link[Index][1], EX_KERNEL_SITE);
    return Status;
}

NTSTATUS ObInitialize(void)
{
    ObpNameLock = 0;
    ObpResetSecurity();
    ObpResetDeletions();
    ObpResetTables();
    ObpResetFilters();
    /* An earlier machine of this process may have ended without ObTerminate; its memory is gone. */
    ObKernelHandleTable = NULL;
    ObRootDirectory = NULL;
    ObpGlobalDirectory = NULL;

    NTSTATUS Status = ObpCreateCoreTypes();
    if (NT_SUCCESS(Status)) {
        ObKernelHandleTable = ObiCreateHandleTable();
        if (ObKernelHandleTable == NULL)
            Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    if (NT_SUCCESS(Status))
        Status = ObpCreateDirectories();
    if (NT_SUCCESS(Status))
        Status = ObpEnterCoreTypes();
    if (NT_SUCCESS(Status))
        Status = ObpCreateDispatcherTypes();
    if (NT_SUCCESS(Status))
        Status = ObpCreateCallbacks();
    if (NT_SUCCESS(Status))
        Status = ObpCreateLinks();
    if (!NT_SUCCESS(Status))
        ObTerminate();
    return Status;
}

void ObTerminate(void)
{
    if (ObKernelHandleTable != NULL) {
        ObiCloseAllHandles(ObKernelHandleTable, KernelMode);
        ObiDestroyHandleTable(ObKernelHandleTable);
        ObKernelHandleTable = NULL;
    }
    if (ObRootDirectory != NULL)
        ObpEmptyDirectory(ObRootDirectory);
    if (ObpGlobalDirectory != NULL)
        ObfDereferenceObject(ObpGlobalDirectory);
    if (ObRootDirectory != NULL)
        ObfDereferenceObject(ObRootDirectory);
    ObpGlobalDirectory = NULL;
    ObRootDirectory = NULL;
    ObDrainDeletions();
    ObpDestroyTypes();
}
