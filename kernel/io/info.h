/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What information about files (info.c) and about volumes (volume.c) have in common (inquiry.c). */
#pragma once

#include "io/iop.h"

/* A query or set service under way. */
typedef struct IOP_INQUIRY {
    FILE_OBJECT *File;      /* referenced; locked when it is synchronous */
    DEVICE_OBJECT *Device;  /* top of its stack */
    HANDLE Handle;
    IO_STATUS_BLOCK *IoStatus;
    void *UserBuffer;
    void *Buffer;           /* system copy, Length bytes, zeroed for a query */
    ULONG Length;
    ULONG Class;
    ACCESS_MASK Granted;
    KPROCESSOR_MODE Mode;
    BOOLEAN Query;
} IOP_INQUIRY;

/* What IRP_MJ_SET_INFORMATION carries beside its buffer. */
typedef struct IOP_SET_ARGUMENT {
    HANDLE Value;        /* DeleteHandle, or ReplaceIfExists in its first byte */
    FILE_OBJECT *Target; /* the folder a new name goes into, opened by IopBeginSet; NULL: the same
                            folder */
} IOP_SET_ARGUMENT;

/* Whether a class can be queried (or set) with so many bytes, and what it takes of the handle. */
NTSTATUS IopCheckFileClass(ULONG Class, ULONG Length, BOOLEAN Query, ACCESS_MASK *Access);
NTSTATUS IopCheckVolumeClass(ULONG Class, ULONG Length, BOOLEAN Query, ACCESS_MASK *Access);

/*
 * From the arguments of a service, which the caller has put into Handle, IoStatus, UserBuffer,
 * Length, Class and Query, to everything else: probes, references, checks Access, locks the file
 * and takes a copy of what is to be set (or, CopyIn, asked). Statuses of those: nothing is held.
 */
NTSTATUS IopBeginInquiry(IOP_INQUIRY *Inquiry, ACCESS_MASK Access, BOOLEAN CopyIn);

/*
 * The end of a service: hands results over unless Status is an error (up to Information bytes of a
 * query's buffer, and the status block), lets everything go and returns the service's status.
 */
NTSTATUS IopEndInquiry(IOP_INQUIRY *Inquiry, NTSTATUS Status, ULONG_PTR Information);
/* The same for a list to be set that is none: the status block tells where it goes wrong. */
NTSTATUS IopEndAtFault(IOP_INQUIRY *Inquiry, NTSTATUS Status, ULONG Offset);

/*
 * Asks the driver: Buffer is the IRP's system buffer. Set: the last members of Parameters.SetFile,
 * NULL: none. *Information: in what the driver finds there, out what it left.
 */
NTSTATUS IopAskDriver(FILE_OBJECT *File, DEVICE_OBJECT *Device, UCHAR MajorFunction, ULONG Class,
    void *Buffer, ULONG Length, KPROCESSOR_MODE Mode, const IOP_SET_ARGUMENT *Set,
    ULONG_PTR *Information);
