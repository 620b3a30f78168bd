/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Requests under verification, for the files of kernel/vf that look at them. */
#pragma once

#include "io/io.h"
#include "vf/vfp.h"

extern const LDR_REPLACEMENT VfpIrpTable[], VfpMdlTable[], VfpCodeTable[], VfpZwTable[];

/* irp.c: for whoever replaces ExFreePool and its kin: Block is not an IRP. */
void VfpCheckFreedBlock(const void *Block, ULONG_PTR Site);

/* registration.c: a device that is about to be deleted is not registered any more. */
void VfpCheckRegisteredDevice(const DEVICE_OBJECT *DeviceObject, ULONG_PTR Site);

/* code.c: an allocation's pool is not executable; nor is an image's data. */
void VfpCheckPoolType(ULONG Type, ULONG Tag, ULONG_PTR Site);
void VfpCheckImage(const LDR_IMAGE *Image);

/* security.c: an object of Bytes bytes given to a routine of the kernel is no program's memory. */
void VfpCheckKernelObject(const void *Object, SIZE_T Bytes, ULONG_PTR Site, const char *Routine);

/* security.c: a handle given to a routine that references it for the kernel. */
void VfpCheckHandle(HANDLE Handle, const OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, ULONG_PTR Site);

/* dispatch.c: what io is to call, by the flags that are on; NULL: nothing. Forgets the requests of
 * an earlier machine. */
const IO_VERIFIER *VfpRequestVerifier(void);

/* Who has a request that a dispatch routine was called with. */
enum VFP_HOLDER {
    VFP_HELD,      /* its driver, from the start */
    VFP_PASSED,    /* a driver below */
    VFP_BACK,      /* its driver again: the completion routine it set has been called */
    VFP_COMPLETED, /* nobody at this level */
};

/* The request of a program that this thread is in a verified dispatch routine with; NULL: none. */
IRP *VfpRequestOfThread(void);

/* Of Irp at its current location, whose dispatch routine has not returned; VFP_COMPLETED: it has.
 * Any IRQL up to DISPATCH_LEVEL. */
enum VFP_HOLDER VfpHolderOf(const IRP *Irp);

/* invariant.c, with mdl_stack or mdl_driver: Irp has been sent to a device; it is completed as far
 * as its current location. */
void VfpPrepareInvariant(void);
void VfpInvariantDown(IRP *Irp, const DEVICE_OBJECT *Device);
void VfpInvariantUp(IRP *Irp);

/* stress.c, with enhanced_io: a device has started; sends its drivers requests that no driver
 * knows. */
void VfpStressDevice(DEVICE_OBJECT *Pdo);
#define VFP_UNKNOWN_MINOR 0xFFu

/* filter.c, with enhanced_io: a filter on top of Pdo's stack, if one of the drivers is verified; in
 * what order a bus has its devices. */
void VfpPrepareFilters(void);
void VfpAddFilter(DEVICE_OBJECT *Pdo, DRIVER_OBJECT *const *Drivers, ULONG Count);
void VfpShuffle(DEVICE_RELATIONS *Relations);

/* A violation of bug check 0xC9's second table: what it is about are a place in the driver, the
 * request and a device. */
#define VfpStopIo(Code, Place, Irp, Device, ...)                                              \
    VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, (Code), (ULONG_PTR)(Place), (ULONG_PTR)(Irp), \
        (ULONG_PTR)(Device), (ULONG_PTR)(Place), __VA_ARGS__)

/* An MDL that has one of these can be mapped, and given to a device. */
#define VFP_LOCKED_KINDS \
    (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL | MDL_IO_SPACE)

static inline LONG VfpApcDisable(void)
{
    return KiCurrentThread()->KernelApcDisable + KiCurrentThread()->SpecialApcDisable;
}
