/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Who may do what. A file has the descriptor of its place: Windows and Program Files are written to
 * by administrators alone, the root takes folders of everybody, all else is everybody's. One that
 * is set holds while the file is open somewhere; it is not written down. Descriptors of places are
 * made when first needed and are the machine's for as long as it lives.
 */
#include <string.h>

#include "fs/fsp.h"
#include "se/se.h"

enum FSP_PLACE { FspSystemPlace, FspRootPlace, FspSharedPlace, FspPlaces };

/* SYSTEM and Administrators everything; Users: read and execute, that and new folders, modify. */
static const WCHAR *const FspSddl[FspPlaces] = {
    [FspSystemPlace] =
        u"O:BAG:SYD:P(A;OICI;0x1f01ff;;;SY)(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1200a9;;;BU)",
    [FspRootPlace] =
        u"O:BAG:SYD:P(A;OICI;0x1f01ff;;;SY)(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1200ad;;;BU)",
    [FspSharedPlace] =
        u"O:BAG:SYD:P(A;OICI;0x1f01ff;;;SY)(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1301bf;;;BU)",
};

static const struct {
    const char *Path;
    enum FSP_PLACE Place;
} FspPlace[] = {
    {"Windows/Temp", FspSharedPlace}, /* before what it is in */
    {"Windows", FspSystemPlace},
    {"Program Files", FspSystemPlace},
    {"Program Files (x86)", FspSystemPlace},
    {"Users/Public", FspSharedPlace},
    {"Users", FspSystemPlace},
};

static SECURITY_DESCRIPTOR *FspPlaceDescriptors[FspPlaces]; /* under FspLock */

void FspBeginSecurity(void)
{
    memset(FspPlaceDescriptors, 0, sizeof(FspPlaceDescriptors));
}

static enum FSP_PLACE FspPlaceOf(const char *Path, SIZE_T Length)
{
    if (Length == 0)
        return FspRootPlace;
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(FspPlace); Index++) {
        SIZE_T Bytes = strlen(FspPlace[Index].Path);
        if (Length >= Bytes && strncasecmp(Path, FspPlace[Index].Path, Bytes) == 0 &&
            (Length == Bytes || Path[Bytes] == '/'))
            return FspPlace[Index].Place;
    }
    return FspSharedPlace;
}

static NTSTATUS FspPlaceDescriptor(
    const char *Path, SIZE_T Length, SECURITY_DESCRIPTOR **Descriptor)
{
    const enum FSP_PLACE Place = FspPlaceOf(Path, Length);
    if (FspPlaceDescriptors[Place] == NULL) {
        const USHORT Bytes = (USHORT)(RtlpWcsLength(FspSddl[Place]) * sizeof(WCHAR));
        const UNICODE_STRING Text = {Bytes, Bytes, (WCHAR *)(ULONG_PTR)FspSddl[Place]};
        NTSTATUS Status = SeiParseSddl(&Text, &FspPlaceDescriptors[Place]);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    *Descriptor = FspPlaceDescriptors[Place];
    return STATUS_SUCCESS;
}

NTSTATUS FspFileDescriptor(const char *Path, SECURITY_DESCRIPTOR **Descriptor)
{
    return FspPlaceDescriptor(Path, strlen(Path), Descriptor);
}

NTSTATUS FspCheckAccess(
    const SECURITY_DESCRIPTOR *Descriptor, ACCESS_MASK Desired, ACCESS_MASK *Granted)
{
    return SeiCheckAccess(
        Descriptor, Desired, &IoiFileObjectType->GenericMapping, UserMode, Granted);
}

NTSTATUS FspCheckParent(const char *Path, ACCESS_MASK Desired)
{
    const char *Slash = strrchr(Path, '/');
    SECURITY_DESCRIPTOR *Descriptor;
    ACCESS_MASK Granted;
    NTSTATUS Status = FspPlaceDescriptor(
        Path, Slash != NULL ? (SIZE_T)(Slash - Path) : 0, &Descriptor);
    return NT_SUCCESS(Status) ? FspCheckAccess(Descriptor, Desired, &Granted) : Status;
}

/* ---- for io: the descriptor of a file object, under ob's security lock ----------------------- */

static FSP_FILE *FspFileOf(const FILE_OBJECT *File)
{
    const FSP_OPEN *Open = File->DeviceObject == FspDevice ? FspOpenOf(File) : NULL;
    return Open != NULL && !Open->Volume ? Open->File : NULL;
}

SECURITY_DESCRIPTOR *FspQuerySecurity(const FILE_OBJECT *FileObject)
{
    const FSP_FILE *File = FspFileOf(FileObject);
    return File != NULL ? File->Descriptor : NULL;
}

BOOLEAN FspSetSecurity(FILE_OBJECT *FileObject, SECURITY_DESCRIPTOR *New, SECURITY_DESCRIPTOR **Old)
{
    FSP_FILE *File = FspFileOf(FileObject);
    if (File == NULL)
        return FALSE;
    *Old = File->OwnDescriptor ? File->Descriptor : NULL;
    File->Descriptor = New;
    File->OwnDescriptor = TRUE;
    return TRUE;
}
