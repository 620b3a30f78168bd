/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Claims of several drivers: who may share with whom, what kinds of resources there are, lists of
 * all shapes, and many threads after the same ports. The drivers are objects of nobody's image.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "io/resource.h"
#include "rtl/rtl.h"

#define DRIVERS 8

static DRIVER_OBJECT drivers[DRIVERS];
static const WCHAR names[DRIVERS][10] = {u"\\Driver\\a", u"\\Driver\\b", u"\\Driver\\c",
    u"\\Driver\\d", u"\\Driver\\e", u"\\Driver\\f", u"\\Driver\\g", u"\\Driver\\h"};

static void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static dotsys_machine *open_machine(void)
{
    const dotsys_options options = {.size = sizeof(options), .log = no_log};
    dotsys_machine *machine;
    assert_int_equal(dotsys_machine_open(&options, &machine), 0);
    for (unsigned i = 0; i < DRIVERS; i++) {
        memset(&drivers[i], 0, sizeof(drivers[i]));
        drivers[i].DriverName = (UNICODE_STRING){18, 18, (WCHAR *)(uintptr_t)names[i]};
    }
    return machine;
}

/* ---- one claim ------------------------------------------------------------------------------- */

struct claim {
    DRIVER_OBJECT *driver;
    CM_RESOURCE_LIST list;
    ULONG bytes; /* 0: the driver gives everything up */
    BOOLEAN override, conflict;
};

static NTSTATUS report(void *context)
{
    struct claim *claim = context;
    return IoReportResourceUsage(NULL, claim->driver, claim->bytes != 0 ? &claim->list : NULL,
        claim->bytes, NULL, NULL, 0, claim->override, &claim->conflict);
}

static struct claim one_range(unsigned driver, UCHAR type, UCHAR share, ULONG64 start, ULONG length)
{
    struct claim claim = {.driver = &drivers[driver], .bytes = sizeof(CM_RESOURCE_LIST)};
    CM_PARTIAL_RESOURCE_DESCRIPTOR *range =
        claim.list.List[0].PartialResourceList.PartialDescriptors;
    claim.list.Count = 1;
    claim.list.List[0].PartialResourceList.Count = 1;
    range->Type = type;
    range->ShareDisposition = share;
    switch (type) {
    case CmResourceTypeInterrupt: range->u.Interrupt.Vector = (ULONG)start; break;
    case CmResourceTypeDma: range->u.Dma.Channel = (ULONG)start; break;
    case CmResourceTypeBusNumber:
        range->u.BusNumber.Start = (ULONG)start;
        range->u.BusNumber.Length = length;
        break;
    default:
        range->u.Generic.Start.QuadPart = (LONGLONG)start;
        range->u.Generic.Length = length;
        break;
    }
    return claim;
}

static NTSTATUS send(struct claim claim, BOOLEAN conflict)
{
    claim.conflict = 0x5A;
    NTSTATUS status = KeEnterKernel(report, &claim, KernelMode);
    assert_int_equal(claim.conflict, conflict);
    return status;
}

static void takes(struct claim claim)
{
    assert_int_equal(send(claim, FALSE), STATUS_SUCCESS);
}

static void conflicts(struct claim claim)
{
    assert_int_equal(send(claim, TRUE), STATUS_CONFLICTING_ADDRESSES);
}

static void gives_up(unsigned driver)
{
    takes((struct claim){.driver = &drivers[driver]});
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void drivers_share_if_both_do(void **state)
{
    (void)state;
    dotsys_machine *machine = open_machine();
    for (UCHAR mine = CmResourceShareUndetermined; mine <= CmResourceShareShared; mine++) {
        for (UCHAR other = CmResourceShareUndetermined; other <= CmResourceShareShared; other++) {
            takes(one_range(0, CmResourceTypePort, mine, 0x300, 4));
            if (mine == CmResourceShareShared && other == CmResourceShareShared)
                takes(one_range(1, CmResourceTypePort, other, 0x303, 4));
            else
                conflicts(one_range(1, CmResourceTypePort, other, 0x303, 4));
            gives_up(0);
            gives_up(1);
        }
    }
    dotsys_machine_close(machine);
}

static void kinds_have_nothing_in_common(void **state)
{
    static const UCHAR kinds[] = {CmResourceTypePort, CmResourceTypeInterrupt, CmResourceTypeMemory,
        CmResourceTypeDma, CmResourceTypeBusNumber};
    (void)state;
    dotsys_machine *machine = open_machine();
    for (unsigned i = 0; i < sizeof(kinds); i++)
        takes(one_range(i, kinds[i], CmResourceShareDeviceExclusive, 5, 1));
    for (unsigned i = 0; i < sizeof(kinds); i++) {
        conflicts(one_range(7, kinds[i], CmResourceShareDeviceExclusive, 5, 1));
        takes(one_range(7, kinds[i], CmResourceShareDeviceExclusive, 6, 1));
        takes(one_range(7, kinds[i], CmResourceShareDeviceExclusive, 4, 1));
    }
    dotsys_machine_close(machine);
}

static void ranges_may_end_where_addresses_do(void **state)
{
    (void)state;
    dotsys_machine *machine = open_machine();
    takes(
        one_range(0, CmResourceTypeMemory, CmResourceShareDeviceExclusive, ~0ull - 0xFFF, 0x1000));
    conflicts(one_range(1, CmResourceTypeMemory, CmResourceShareDeviceExclusive, ~0ull, 1));
    conflicts(
        one_range(1, CmResourceTypeMemory, CmResourceShareDeviceExclusive, ~0ull, 0x80000000));
    takes(one_range(1, CmResourceTypeMemory, CmResourceShareDeviceExclusive, 0, 0xFFFFFFFF));
    takes(one_range(2, CmResourceTypeMemory, CmResourceShareDeviceExclusive, 0x1000, 0)); /* none */

    struct claim large = one_range(
        3, CmResourceTypeMemoryLarge, CmResourceShareDeviceExclusive, 0x100000000, 2);
    large.list.List[0].PartialResourceList.PartialDescriptors[0].Flags =
        CM_RESOURCE_MEMORY_LARGE_64;
    takes(large);
    conflicts(one_range(4, CmResourceTypeMemory, CmResourceShareDeviceExclusive, 0x2FFFFFFFF, 1));
    takes(one_range(4, CmResourceTypeMemory, CmResourceShareDeviceExclusive, 0x300000000, 1));
    dotsys_machine_close(machine);
}

/* A message-signalled interrupt is no line that somebody else could want. */
static void messages_are_shared(void **state)
{
    (void)state;
    dotsys_machine *machine = open_machine();
    for (unsigned i = 0; i < 2; i++) {
        struct claim claim = one_range(
            i, CmResourceTypeInterrupt, CmResourceShareDeviceExclusive, 5, 1);
        claim.list.List[0].PartialResourceList.PartialDescriptors[0].Flags =
            CM_RESOURCE_INTERRUPT_MESSAGE;
        takes(claim);
    }
    dotsys_machine_close(machine);
}

static void an_overridden_conflict_is_told_and_claimed(void **state)
{
    (void)state;
    dotsys_machine *machine = open_machine();
    takes(one_range(0, CmResourceTypePort, CmResourceShareDeviceExclusive, 0x300, 4));
    struct claim claim = one_range(1, CmResourceTypePort, CmResourceShareDeviceExclusive, 0x300, 8);
    claim.override = TRUE;
    assert_int_equal(send(claim, TRUE), STATUS_SUCCESS);
    gives_up(0);
    conflicts(one_range(2, CmResourceTypePort, CmResourceShareDeviceExclusive, 0x307, 1));
    dotsys_machine_close(machine);
}

static DEVICE_OBJECT *devices[2];

static NTSTATUS NTAPI entry(DRIVER_OBJECT *driver, UNICODE_STRING *path)
{
    (void)path;
    NTSTATUS status = IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &devices[0]);
    return NT_SUCCESS(status)
        ? IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &devices[1])
        : status;
}

static NTSTATUS claim_for_device(unsigned number, BOOLEAN *conflict)
{
    struct claim claim = one_range(0, CmResourceTypePort, CmResourceShareDeviceExclusive, 0x300, 4);
    return IoReportResourceForDetection(devices[number]->DriverObject, NULL, 0, devices[number],
        &claim.list, sizeof(claim.list), conflict);
}

static NTSTATUS claim_and_delete(void *context)
{
    BOOLEAN conflict[3] = {0x5A, 0x5A, 0x5A};
    NTSTATUS *statuses = context;
    statuses[0] = IoiCreateBuiltInDriver("\\Driver\\claims", entry);
    if (!NT_SUCCESS(statuses[0]))
        return statuses[0];
    statuses[1] = claim_for_device(0, &conflict[0]);
    statuses[2] = claim_for_device(1, &conflict[1]);
    IoDeleteDevice(devices[0]);
    statuses[3] = claim_for_device(1, &conflict[2]);
    return conflict[0] == FALSE && conflict[1] == TRUE && conflict[2] == FALSE
        ? STATUS_SUCCESS
        : STATUS_UNSUCCESSFUL;
}

static NTSTATUS as_system(void *context)
{
    return IoiRunAsSystem(claim_and_delete, context);
}

static void a_device_takes_its_claim_with_it(void **state)
{
    (void)state;
    NTSTATUS statuses[4];
    dotsys_machine *machine = open_machine();
    assert_int_equal(KeEnterKernel(as_system, statuses, KernelMode), STATUS_SUCCESS);
    assert_int_equal(statuses[1], STATUS_SUCCESS);
    assert_int_equal(statuses[2], STATUS_CONFLICTING_ADDRESSES);
    assert_int_equal(statuses[3], STATUS_SUCCESS);
    dotsys_machine_close(machine);
}

/* Any number of descriptors with device-specific data between them, at any address; and each list
 * cut short at every byte. */
static void lists_of_all_shapes(void **state)
{
    enum {
        SHAPES = 200,
        HEAD = FIELD_OFFSET(CM_FULL_RESOURCE_DESCRIPTOR, PartialResourceList.PartialDescriptors)
    };
    static UCHAR bytes[8192], copy[8192];
    (void)state;
    srandom(1);
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        ULONG at = 4, lists = (ULONG)random() % 4, wanted = 0, ranges;
        memcpy(bytes, &lists, 4);
        for (ULONG i = 0; i < lists; i++) {
            ULONG count = (ULONG)random() % 5;
            memset(bytes + at, 0, HEAD);
            memcpy(bytes + at + HEAD - 4, &count, 4);
            at += HEAD;
            for (ULONG j = 0; j < count; j++) {
                CM_PARTIAL_RESOURCE_DESCRIPTOR entry = {
                    .Type = random() % 2 ? CmResourceTypePort : CmResourceTypeDeviceSpecific};
                ULONG extra = 0;
                if (entry.Type == CmResourceTypePort) {
                    entry.u.Port.Length = 1;
                    wanted++;
                } else {
                    entry.u.DeviceSpecificData.DataSize = extra = (ULONG)random() % 30;
                }
                memcpy(bytes + at, &entry, sizeof(entry));
                at += (ULONG)sizeof(entry) + extra;
            }
        }
        assert_int_equal(
            IopMeasureResources((const CM_RESOURCE_LIST *)(void *)bytes, sizeof(bytes), &ranges),
            at);
        assert_int_equal(ranges, wanted);
        for (ULONG cut = 0; cut < at; cut++) {
            /* as far back as it goes: a sanitizer sees what is beyond */
            UCHAR *end = copy + sizeof(copy) - (cut + 3) / 4 * 4;
            memcpy(end, bytes, cut);
            assert_int_equal(
                IopMeasureResources((const CM_RESOURCE_LIST *)(void *)end, cut, &ranges), 0);
        }
    }
}

static void counts_are_not_believed(void **state)
{
    (void)state;
    ULONG ranges;
    CM_RESOURCE_LIST list = {.Count = 0xFFFFFFFF};
    list.List[0].PartialResourceList.Count = 0xFFFFFFFF;
    assert_int_equal(IopMeasureResources(&list, sizeof(list), &ranges), 0);
    list.Count = 1;
    list.List[0].PartialResourceList.Count = 1;
    list.List[0].PartialResourceList.PartialDescriptors[0].Type = CmResourceTypeDeviceSpecific;
    list.List[0].PartialResourceList.PartialDescriptors[0].u.DeviceSpecificData.DataSize =
        0xFFFFFFFF;
    assert_int_equal(IopMeasureResources(&list, sizeof(list), &ranges), 0);
}

/* ---- threads --------------------------------------------------------------------------------- */

enum { ROUNDS = 200 };

static struct owner {
    pthread_t thread;
    unsigned number, taken;
    BOOLEAN wrong;
} owners[DRIVERS];
static int in_use; /* by whom; what nobody else may see while one has the ports */

static NTSTATUS take_and_give_back(void *context)
{
    struct owner *owner = context;
    struct claim claim = one_range(
        owner->number, CmResourceTypePort, CmResourceShareDeviceExclusive, 0x300, 4);
    for (unsigned round = 0; round < ROUNDS; round++) {
        claim.bytes = sizeof(claim.list);
        NTSTATUS status = report(&claim);
        if (claim.conflict != (status == STATUS_CONFLICTING_ADDRESSES) ||
            (!claim.conflict && status != STATUS_SUCCESS))
            owner->wrong = TRUE;
        if (claim.conflict)
            continue;
        owner->taken++;
        if (__atomic_fetch_add(&in_use, 1, __ATOMIC_SEQ_CST) != 0)
            owner->wrong = TRUE;
        __atomic_fetch_sub(&in_use, 1, __ATOMIC_SEQ_CST);
        claim.bytes = 0;
        if (report(&claim) != STATUS_SUCCESS || claim.conflict)
            owner->wrong = TRUE;
    }
    return STATUS_SUCCESS;
}

static void *run_owner(void *context)
{
    if (PsAttachHostThread(PsiClientProcess) != STATUS_SUCCESS)
        ((struct owner *)context)->wrong = TRUE;
    else
        KeEnterKernel(take_and_give_back, context, KernelMode);
    return NULL;
}

static void one_at_a_time_has_the_ports(void **state)
{
    (void)state;
    dotsys_machine *machine = open_machine();
    unsigned taken = 0;
    for (unsigned i = 0; i < DRIVERS; i++) {
        owners[i] = (struct owner){.number = i};
        assert_int_equal(pthread_create(&owners[i].thread, NULL, run_owner, &owners[i]), 0);
    }
    for (unsigned i = 0; i < DRIVERS; i++) {
        pthread_join(owners[i].thread, NULL);
        assert_false(owners[i].wrong);
        taken += owners[i].taken;
    }
    assert_true(taken > 0);
    /* nobody kept them */
    takes(one_range(0, CmResourceTypePort, CmResourceShareDeviceExclusive, 0x300, 4));
    dotsys_machine_close(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drivers_share_if_both_do),
        cmocka_unit_test(kinds_have_nothing_in_common),
        cmocka_unit_test(ranges_may_end_where_addresses_do),
        cmocka_unit_test(messages_are_shared),
        cmocka_unit_test(an_overridden_conflict_is_told_and_claimed),
        cmocka_unit_test(a_device_takes_its_claim_with_it),
        cmocka_unit_test(lists_of_all_shapes),
        cmocka_unit_test(counts_are_not_believed),
        cmocka_unit_test(one_at_a_time_has_the_ports),
    };
    return cmocka_run_group_tests_name("io/resource", tests, NULL, NULL);
}
