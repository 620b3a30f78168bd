/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a 32-bit program passes to NtSetInformationFile is translated on its way. */
#include <ntifs.h>

HANDLE Root(PIRP Irp)
{
    PFILE_RENAME_INFORMATION Rename = Irp->AssociatedIrp.SystemBuffer;

    return Rename->RootDirectory;
}
