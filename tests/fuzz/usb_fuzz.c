/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes descriptors of USB devices: what is found in them lies in them whole, and a request to
 * select a configuration has room for all that is in it.
 *
 * An input is the descriptor of a configuration with what belongs to it; its total length is made
 * that of the input.
 */
#include "tests/fuzz/input.h"
#include "tests/fuzz/kernel.h"
#include "tests/fuzz/standalone.h"
#include "usb/usb.h"

const size_t fuzz_most = 1024;

struct descriptors {
    uint8_t *bytes;
    size_t size;
};

static void find_all(const struct descriptors *device)
{
    uint8_t *end = device->bytes + device->size;

    for (LONG type = 0; type < 8; type++) {
        uint8_t *at = device->bytes;
        while ((at = (uint8_t *)USBD_ParseDescriptors(
                    device->bytes, (ULONG)device->size, at, type)) != NULL) {
            if (at < device->bytes || at[0] < 2 || at[0] > end - at)
                fuzz_fail("a descriptor lies outside");
            look(at, at[0]);
            at += at[0];
        }
    }
}

static void select_all(const struct descriptors *device)
{
    USB_CONFIGURATION_DESCRIPTOR *configuration = (USB_CONFIGURATION_DESCRIPTOR *)(void *)
                                                      device->bytes;
    USHORT size = 0;

    for (UCHAR number = 0; number < 4; number++) {
        USB_INTERFACE_DESCRIPTOR *found = USBD_ParseConfigurationDescriptor(
            configuration, number, 0);
        if (found == NULL)
            continue;
        look(found, sizeof(*found));
        if (USBD_GetInterfaceLength(found, device->bytes + device->size) > device->size)
            fuzz_fail("an interface is longer than its device's descriptors");
    }
    struct _URB_SELECT_CONFIGURATION *urb = USBD_CreateConfigurationRequest(configuration, &size);
    if (urb == NULL)
        return;
    look(urb, size);
    ExFreePool(urb);
}

static NTSTATUS run(void *context)
{
    const struct descriptors *device = context;

    find_all(device);
    select_all(device);
    return STATUS_SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < sizeof(USB_CONFIGURATION_DESCRIPTOR))
        return 0;
    struct descriptors device = {copy_exactly(data, size), size};
    ((USB_CONFIGURATION_DESCRIPTOR *)(void *)device.bytes)->wTotalLength = (USHORT)size;
    fuzz_in_kernel(run, &device);
    free(device.bytes);
    return 0;
}

const unsigned fuzz_seeds = 1;

/* A mouse with a second setting. */
size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint8_t descriptors[] = {9, 2, 0, 0, 2, 1, 0, 0xA0, 50, 9, 4, 0, 0, 1, 3, 1, 2, 0,
        9, 0x21, 0x11, 1, 0, 1, 0x22, 52, 0, 7, 5, 0x81, 3, 4, 0, 10, 9, 4, 1, 0, 2, 255, 0, 0, 0,
        7, 5, 2, 2, 64, 0, 0, 7, 5, 0x82, 2, 64, 0, 0, 9, 4, 1, 1, 0, 255, 0, 0, 0};

    (void)which;
    memcpy(data, descriptors, sizeof(descriptors));
    return sizeof(descriptors);
}
