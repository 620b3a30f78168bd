/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The limit of a request: the driver's dispatch routine called directly, in the kernel, with a
 * request made beforehand. The routine completes it with IofCompleteRequest as always; the request
 * says that its issuer takes the last step, so nothing of it is freed.
 *
 * Bare: the same request each time, its stack location put back. With one allocation and copy: what
 * no I/O manager can do without, a block from libc's malloc with a copy of the request and the
 * caller's bytes, and the block freed again.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "io/iop.h"

struct bench_prepare {
    struct bench_bare *bare;
    HANDLE file;
    UCHAR major;
    ULONG code;
};

static void bench_fill_location(
    const struct bench_prepare *prepare, FILE_OBJECT *file, IO_STACK_LOCATION *stack)
{
    const struct bench_bare *bare = prepare->bare;

    stack->MajorFunction = prepare->major;
    stack->DeviceObject = bare->device;
    stack->FileObject = file;
    if (prepare->major == IRP_MJ_DEVICE_CONTROL) {
        stack->Parameters.DeviceIoControl.IoControlCode = prepare->code;
        stack->Parameters.DeviceIoControl.InputBufferLength = bare->data;
    } else {
        stack->Parameters.Read.Length = bare->data; /* Write has the same layout */
    }
}

static NTSTATUS bench_prepare_service(void *arguments)
{
    const struct bench_prepare *prepare = arguments;
    struct bench_bare *bare = prepare->bare;
    FILE_OBJECT *file;
    NTSTATUS status = ObiReferenceByHandle(
        prepare->file, IoiFileObjectType, KernelMode, (void **)&file, NULL);

    if (!NT_SUCCESS(status))
        return status;
    bare->device = file->DeviceObject;
    bare->dispatch = bare->device->DriverObject->MajorFunction[prepare->major];
    IRP *irp = IopAllocateIrp(1, IOP_SERVICE, EX_KERNEL_SITE);
    if (irp == NULL) {
        ObfDereferenceObject(file);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    irp->Flags |= IRP_DEFER_IO_COMPLETION | IRP_BUFFERED_IO;
    irp->AssociatedIrp.SystemBuffer = bare->buffer;
    irp->CurrentLocation--;
    irp->Tail.Overlay.CurrentStackLocation--;
    bench_fill_location(prepare, file, irp->Tail.Overlay.CurrentStackLocation);
    bare->stack = *irp->Tail.Overlay.CurrentStackLocation;
    bare->packet = IopPacket(irp);
    bare->bytes = FIELD_OFFSET(IOP_PACKET, Irp) + irp->Size;
    ObfDereferenceObject(file); /* the caller keeps its handle */
    return STATUS_SUCCESS;
}

void bench_prepare_bare(
    struct bench_bare *bare, HANDLE file, UCHAR major, ULONG code, void *buffer, ULONG data)
{
    struct bench_prepare prepare = {.bare = bare, .file = file, .major = major, .code = code};

    *bare = (struct bench_bare){
        .buffer = buffer, .data = data, .in = major != IRP_MJ_READ, .out = major == IRP_MJ_READ};
    if (!NT_SUCCESS(KeEnterKernel(bench_prepare_service, &prepare, KernelMode)))
        errx(1, "a request cannot be prepared");
}

static NTSTATUS bench_free_service(void *arguments)
{
    struct bench_bare *bare = arguments;

    IopFreeIrp(&bare->packet->Irp);
    return STATUS_SUCCESS;
}

void bench_free_bare(struct bench_bare *bare)
{
    KeEnterKernel(bench_free_service, bare, KernelMode);
}

struct bench_loop {
    const struct bench_bare *bare;
    unsigned long count;
};

static NTSTATUS bench_bare_service(void *arguments)
{
    const struct bench_loop *loop = arguments;
    const struct bench_bare *bare = loop->bare;
    IRP *irp = &bare->packet->Irp;
    IO_STACK_LOCATION *stack = (IO_STACK_LOCATION *)(irp + 1);
    NTSTATUS status = STATUS_SUCCESS;

    for (unsigned long i = 0; i < loop->count && status == STATUS_SUCCESS; i++) {
        irp->CurrentLocation = 1;
        irp->Tail.Overlay.CurrentStackLocation = stack;
        *stack = bare->stack;
        status = bare->dispatch(bare->device, irp);
    }
    return status;
}

static NTSTATUS bench_bare_copy_service(void *arguments)
{
    const struct bench_loop *loop = arguments;
    const struct bench_bare *bare = loop->bare;
    NTSTATUS status = STATUS_SUCCESS;

    for (unsigned long i = 0; i < loop->count && status == STATUS_SUCCESS; i++) {
        IOP_PACKET *packet = malloc(bare->bytes + bare->data);
        if (packet == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        memcpy(packet, bare->packet, bare->bytes);
        IRP *irp = &packet->Irp;
        UCHAR *data = (UCHAR *)packet + bare->bytes;
        if (bare->in)
            memcpy(data, bare->buffer, bare->data);
        irp->AssociatedIrp.SystemBuffer = data;
        irp->CurrentLocation = 1;
        irp->Tail.Overlay.CurrentStackLocation = (IO_STACK_LOCATION *)(irp + 1);
        *irp->Tail.Overlay.CurrentStackLocation = bare->stack;
        status = bare->dispatch(bare->device, irp);
        if (bare->out)
            memcpy(bare->buffer, data, bare->data);
        free(packet);
    }
    return status;
}

static void bench_loop(KE_SERVICE service, const struct bench_bare *bare, unsigned long count)
{
    struct bench_loop loop = {.bare = bare, .count = count};

    if (KeEnterKernel(service, &loop, KernelMode) != STATUS_SUCCESS)
        errx(1, "the dispatch routine called bare failed");
}

void bench_repeat_bare(void *context, unsigned long count)
{
    bench_loop(bench_bare_service, context, count);
}

void bench_repeat_bare_copy(void *context, unsigned long count)
{
    bench_loop(bench_bare_copy_service, context, count);
}
