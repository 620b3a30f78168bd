/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes lists of hardware resources as drivers and the registry give them: a list that is taken
 * lies in its bytes, and each range in it ends behind its beginning.
 */
#include "io/resource.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 1024;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *list = copy_exactly(data, size);
    ULONG count, seen = 0;
    const ULONG bytes = IopMeasureResources(list, (ULONG)size, &count);
    IOP_CURSOR cursor;
    IOP_RANGE range;
    char text[64];

    if (bytes > size)
        abort();
    for (IopBeginResources(&cursor, list, (ULONG)size); IopNextRange(&cursor, &range); seen++) {
        IopDescribeRange(&range, text, sizeof(text));
        if (range.Last < range.First || text[0] == '\0')
            abort();
    }
    if (bytes != 0 && seen != count)
        abort();
    free(list);
    return 0;
}

const unsigned fuzz_seeds = 1;

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    const CM_RESOURCE_LIST list = {.Count = 1, .List[0].PartialResourceList = {.Count = 4}};
    const CM_PARTIAL_RESOURCE_DESCRIPTOR parts[] = {
        {.Type = CmResourceTypePort, .u.Generic = {.Start.QuadPart = 0x300, .Length = 8}},
        {.Type = CmResourceTypeInterrupt, .u.Interrupt = {.Level = 5, .Vector = 5, .Affinity = 1}},
        {.Type = CmResourceTypeMemoryLarge,
            .Flags = CM_RESOURCE_MEMORY_LARGE_40,
            .u.Generic = {.Start.QuadPart = 0xD0000, .Length = 16}},
        {.Type = CmResourceTypeDeviceSpecific, .u.DeviceSpecificData.DataSize = 4},
    };
    const size_t head = FIELD_OFFSET(
        CM_RESOURCE_LIST, List[0].PartialResourceList.PartialDescriptors);

    (void)which;
    memcpy(data, &list, head);
    memcpy(data + head, parts, sizeof(parts));
    memcpy(data + head + sizeof(parts), "data", 4);
    return head + sizeof(parts) + 4;
}
