/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DMA with memory of a program in this process, whose frame numbers no device knows: it sees map
 * registers, and the program what it wrote. What lack of memory leads to. A device that is no bus
 * master, and the controller it has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "dotsys/port.h"
#include "hal/dma.h"
#include "io/io.h"

#define LENGTH (3 * PAGE_SIZE + 100)

static UCHAR client[5 * PAGE_SIZE];
static BOOLEAN called;
static SCATTER_GATHER_LIST *given;

static const DEVICE_DESCRIPTION master = {.Master = TRUE,
    .ScatterGather = TRUE,
    .Dma32BitAddresses = TRUE,
    .Dma64BitAddresses = TRUE,
    .Version = DEVICE_DESCRIPTION_VERSION2,
    .InterfaceType = PCIBus,
    .MaximumLength = 0x10000};

static void NTAPI take_list(
    DEVICE_OBJECT *device, IRP *irp, SCATTER_GATHER_LIST *list, void *context)
{
    (void)device, (void)irp, (void)context;
    called = TRUE;
    given = list;
}

static UCHAR *seen(const SCATTER_GATHER_ELEMENT *element)
{
    assert_true((ULONG64)element->Address.QuadPart + element->Length <= MM_RAM_BYTES);
    return MmGetVirtualForPhysical(element->Address);
}

static NTSTATUS by_list(DMA_ADAPTER *dma, DEVICE_OBJECT *device, MDL *mdl, BOOLEAN write)
{
    ULONG done = 0;
    called = FALSE;
    NTSTATUS status = dma->DmaOperations->GetScatterGatherList(
        dma, device, mdl, MmGetMdlVirtualAddress(mdl), LENGTH, take_list, NULL, write);
    if (!NT_SUCCESS(status)) {
        assert_false(called);
        return status;
    }
    for (ULONG index = 0; index < given->NumberOfElements; index++) {
        UCHAR *bytes = seen(&given->Elements[index]);
        if (write)
            assert_memory_equal(bytes, client + 20 + done, given->Elements[index].Length);
        else
            memset(bytes, 0x5A, given->Elements[index].Length);
        done += given->Elements[index].Length;
    }
    assert_int_equal(done, LENGTH);
    dma->DmaOperations->PutScatterGatherList(dma, given, write);
    return STATUS_SUCCESS;
}

/* Both directions. Whatever fails, all of it is given back. */
static NTSTATUS transfer(void *arguments)
{
    DEVICE_OBJECT device = {.Type = IO_TYPE_DEVICE};
    ULONG registers;
    (void)arguments;
    MDL *mdl = IoAllocateMdl(client + 20, LENGTH, FALSE, FALSE, NULL);
    if (mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = MiLockPages(mdl, UserMode, IoModifyAccess);
    DMA_ADAPTER *dma = NT_SUCCESS(status)
        ? IoGetDmaAdapter(NULL, (DEVICE_DESCRIPTION *)(ULONG_PTR)&master, &registers)
        : NULL;
    if (dma != NULL) {
        status = by_list(dma, &device, mdl, TRUE);
        if (NT_SUCCESS(status))
            status = by_list(dma, &device, mdl, FALSE);
        dma->DmaOperations->PutDmaAdapter(dma);
    } else if (NT_SUCCESS(status)) {
        status = STATUS_INSUFFICIENT_RESOURCES;
    }
    if (mdl->MdlFlags & MDL_PAGES_LOCKED)
        MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    return status;
}

static void check_client(void)
{
    for (size_t index = 0; index < sizeof(client); index++)
        assert_int_equal(
            client[index], index >= 20 && index < 20 + LENGTH ? 0x5A : (UCHAR)(index * 7));
}

static void fill_client(void)
{
    for (size_t index = 0; index < sizeof(client); index++)
        client[index] = (UCHAR)(index * 7);
}

static void memory_of_the_program(void **state)
{
    dotsys_machine *machine;
    (void)state;
    assert_int_equal(dotsys_machine_open(NULL, &machine), DOTSYS_OK);
    fill_client();
    assert_int_equal(KeEnterKernel(transfer, NULL, KernelMode), STATUS_SUCCESS);
    check_client();
    assert_int_equal(dotsys_machine_close(machine), 0);
}

static void lack_of_memory(void **state)
{
    dotsys_machine *machine;
    (void)state;
    assert_int_equal(dotsys_machine_open(NULL, &machine), DOTSYS_OK);
    const ULONG before = MmPagesInUse();
    for (int forever = 0; forever < 2; forever++) {
        LONG count = 0;
        NTSTATUS status;
        do {
            fill_client();
            MmFailAllocation(++count, forever != 0);
            status = KeEnterKernel(transfer, NULL, KernelMode);
            assert_true(status == STATUS_SUCCESS || status == STATUS_INSUFFICIENT_RESOURCES);
        } while (MmAllocationCount() >= (ULONG)count);
        MmFailAllocation(0, FALSE);
        assert_int_equal(status, STATUS_SUCCESS);
        assert_true(count > 4);
        check_client();
    }
    /* Map registers and lists are gone; the pools may keep pages. */
    assert_in_range(MmPagesInUse(), 0, before + 16);
    assert_int_equal(dotsys_machine_close(machine), 0);
}

/* ---- a channel of the controller ------------------------------------------------------------- */

typedef struct controller {
    UCHAR masked, mode, page;
    USHORT address, count;
    BOOLEAN high; /* the next byte is the upper one */
} controller;

static controller channel2;

static uint32_t read_controller(void *context, uint16_t offset, unsigned bytes)
{
    (void)context, (void)bytes;
    if (offset != 5)
        return 0;
    channel2.high = !channel2.high;
    return channel2.high ? channel2.count & 0xFFu : channel2.count >> 8;
}

static void take_byte(USHORT *pair, uint32_t value)
{
    *pair = channel2.high ? (USHORT)((*pair & 0x00FF) | (value & 0xFF) << 8)
                          : (USHORT)((*pair & 0xFF00) | (value & 0xFF));
    channel2.high = !channel2.high;
}

static void write_controller(void *context, uint16_t offset, unsigned bytes, uint32_t value)
{
    (void)context, (void)bytes;
    if (offset == 4)
        take_byte(&channel2.address, value);
    else if (offset == 5)
        take_byte(&channel2.count, value);
    else if (offset == 0x0A)
        channel2.masked = (value & 4) != 0;
    else if (offset == 0x0B)
        channel2.mode = (UCHAR)value;
    else if (offset == 0x0C)
        channel2.high = FALSE;
}

/* Channel 2 has the page register at 0x81. */
static uint32_t read_page(void *context, uint16_t offset, unsigned bytes)
{
    (void)context, (void)offset, (void)bytes;
    return channel2.page;
}

static void write_page(void *context, uint16_t offset, unsigned bytes, uint32_t value)
{
    (void)context, (void)bytes;
    if (offset == 1)
        channel2.page = (UCHAR)value;
}

static IO_ALLOCATION_ACTION NTAPI keep_channel(
    DEVICE_OBJECT *device, IRP *irp, void *registers, void *context)
{
    (void)device, (void)irp;
    *(void **)context = registers;
    return KeepObject;
}

/* One transfer from the device into the program's memory. */
static NTSTATUS by_controller(void *arguments)
{
    DEVICE_DESCRIPTION slave = {.DmaChannel = 2, .InterfaceType = Isa, .MaximumLength = 0x4000};
    DEVICE_OBJECT device = {.Type = IO_TYPE_DEVICE};
    ULONG registers, length = 1000;
    void *base = NULL;
    (void)arguments;
    MDL *mdl = IoAllocateMdl(client + 20, length, FALSE, FALSE, NULL);
    assert_int_equal(MiLockPages(mdl, UserMode, IoModifyAccess), STATUS_SUCCESS);
    DMA_ADAPTER *dma = IoGetDmaAdapter(NULL, &slave, &registers);
    assert_non_null(dma);
    assert_int_equal(
        dma->DmaOperations->AllocateAdapterChannel(dma, &device, 2, keep_channel, &base),
        STATUS_SUCCESS);
    PHYSICAL_ADDRESS address = dma->DmaOperations->MapTransfer(
        dma, mdl, base, client + 20, &length, FALSE);
    assert_int_equal(length, 1000);
    assert_int_equal(address.QuadPart, (LONGLONG)channel2.page << 16 | channel2.address);
    assert_int_equal(channel2.count, 999);
    assert_int_equal(channel2.mode, 0x46); /* single, from the device, channel 2 */
    assert_false(channel2.masked);
    assert_int_equal(dma->DmaOperations->ReadDmaCounter(dma), 1000);
    memset(MmGetVirtualForPhysical(address), 0x21, 1000);
    channel2.count = 0xFFFF; /* as after the last byte */
    assert_int_equal(dma->DmaOperations->ReadDmaCounter(dma), 0);
    assert_true(dma->DmaOperations->FlushAdapterBuffers(dma, mdl, base, client + 20, 1000, FALSE));
    dma->DmaOperations->FreeAdapterChannel(dma);
    dma->DmaOperations->PutDmaAdapter(dma);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    slave.DmaChannel = 4;
    assert_null(IoGetDmaAdapter(NULL, &slave, &registers));
    slave.DmaChannel = 8;
    assert_null(IoGetDmaAdapter(NULL, &slave, &registers));
    return STATUS_SUCCESS;
}

static void no_bus_master(void **state)
{
    const dotsys_port_device controller_ports = {.size = sizeof(controller_ports),
        .name = "8237",
        .base = 0,
        .count = 16,
        .read = read_controller,
        .write = write_controller};
    const dotsys_port_device page_ports = {.size = sizeof(page_ports),
        .name = "pages",
        .base = 0x80,
        .count = 16,
        .read = read_page,
        .write = write_page};
    dotsys_machine *machine;
    (void)state;
    assert_int_equal(dotsys_machine_open(NULL, &machine), DOTSYS_OK);
    assert_int_equal(dotsys_port_attach(machine, &controller_ports), DOTSYS_OK);
    assert_int_equal(dotsys_port_attach(machine, &page_ports), DOTSYS_OK);
    fill_client();
    assert_int_equal(KeEnterKernel(by_controller, NULL, KernelMode), STATUS_SUCCESS);
    for (size_t index = 0; index < 1000; index++)
        assert_int_equal(client[20 + index], 0x21);
    assert_int_equal(client[1020], (UCHAR)(1020 * 7));
    assert_int_equal(dotsys_machine_close(machine), 0);
}

/* ---- a device's own accesses ----------------------------------------------------------------- */

static NTSTATUS common_buffer(void *arguments)
{
    dotsys_machine *machine = arguments;
    ULONG registers;
    PHYSICAL_ADDRESS logical;
    UCHAR bytes[2 * PAGE_SIZE];
    DMA_ADAPTER *dma = IoGetDmaAdapter(NULL, (DEVICE_DESCRIPTION *)(ULONG_PTR)&master, &registers);
    UCHAR *buffer = dma->DmaOperations->AllocateCommonBuffer(dma, sizeof(bytes), &logical, TRUE);
    assert_non_null(buffer);
    memset(buffer, 0x33, sizeof(bytes));
    assert_int_equal(
        dotsys_memory_read(machine, (uint64_t)logical.QuadPart, bytes, sizeof(bytes)), DOTSYS_OK);
    assert_memory_equal(bytes, buffer, sizeof(bytes));
    memset(bytes, 0x44, sizeof(bytes));
    assert_int_equal(
        dotsys_memory_write(machine, (uint64_t)logical.QuadPart + 10, bytes, PAGE_SIZE), DOTSYS_OK);
    assert_int_equal(buffer[9], 0x33);
    assert_memory_equal(buffer + 10, bytes, PAGE_SIZE);
    assert_int_equal(buffer[10 + PAGE_SIZE], 0x33);
    dma->DmaOperations->FreeCommonBuffer(dma, sizeof(bytes), logical, buffer, TRUE);
    /* Nobody's any more; and what is no memory. */
    assert_int_equal(
        dotsys_memory_write(machine, (uint64_t)logical.QuadPart, bytes, 1), STATUS_INVALID_ADDRESS);
    assert_int_equal(
        dotsys_memory_read(machine, (uint64_t)MM_RAM_BYTES - 1, bytes, 2), STATUS_INVALID_ADDRESS);
    assert_int_equal(dotsys_memory_read(machine, ~(uint64_t)0, bytes, 1), STATUS_INVALID_ADDRESS);
    dma->DmaOperations->PutDmaAdapter(dma);
    return STATUS_SUCCESS;
}

static void a_bus_master(void **state)
{
    dotsys_machine *machine;
    (void)state;
    assert_int_equal(dotsys_machine_open(NULL, &machine), DOTSYS_OK);
    assert_int_equal(KeEnterKernel(common_buffer, machine, KernelMode), STATUS_SUCCESS);
    assert_int_equal(dotsys_machine_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(memory_of_the_program),
        cmocka_unit_test(lack_of_memory), cmocka_unit_test(no_bus_master),
        cmocka_unit_test(a_bus_master)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
