/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes descriptions of devices: whatever the bytes are, they are refused with words, or become
 * registry text that the machine imports, for either word size.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/device.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/registry_text.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 4096;

static void take_port(void *context, const char *port)
{
    (void)context;
    if (*port == '\0')
        abort();
}

static void describe(const char *path, unsigned pointer_bytes, const char *service)
{
    const struct device_description description = {
        .service = service, .pointer_bytes = pointer_bytes, .port = take_port};
    char why[1024], *text;
    size_t size;
    FILE *file = registry_text_begin(&text, &size);
    bool good = device_describe(path, &description, file, why, sizeof(why));

    if (!good && why[0] == '\0')
        abort();
    registry_text_end(file, &text, &size, good);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input_file input;

    input_file_open(&input, data, size);
    describe(input.path, 8, "first");
    describe(input.path, 4, NULL);
    input_file_close(&input);
    return 0;
}

static const char *const seeds[] = {
    "{\"id\": \"ROOT\\\\A\\\\0000\", \"service\": \"a\", \"hardware_ids\": [\"ROOT\\\\A\"], "
    "\"compatible_ids\": \"ROOT\\\\G\","
    "\"upper_filters\": [\"w\"], \"lower_filters\": [], \"class\": \"C\", \"class_guid\": "
    "\"{4d36e97d-e325-11ce-bfc1-08002be10318}\","
    "\"description\": \"d\\u00e4\", \"manufacturer\": \"m\", \"friendly_name\": \"f\", "
    "\"location\": \"l\", \"resources\": {"
    "\"ports\": [{\"base\": \"0x300\", \"length\": 8, \"to\": 1023}], \"memory\": [{\"base\": "
    "\"0xd0000\", \"length\": \"0x1000\", \"shared\": true}],"
    "\"interrupts\": [5, {\"line\": 9, \"shared\": true, \"edge\": true}], \"dma\": [1]}, "
    "\"port\": \"u.so,base=0x300\","
    "\"parameters\": {\"Speed\": 9600, \"Na\\\"me\": \"fi\\\\rst\"}}",
    "[{\"service\": \"b\"}, {\"service\": \"f\", \"enumerated\": true, \"hardware_ids\": "
    "\"BUS\\\\W\", \"upper_filters\": \"u\"}, {}]",
};

const unsigned fuzz_seeds = sizeof(seeds) / sizeof(seeds[0]);

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    size_t size = strlen(seeds[which]);

    memcpy(data, seeds[which], size);
    return size;
}
