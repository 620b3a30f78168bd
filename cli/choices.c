/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See choices.h. */
#include "choices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "command.h"

#define TAKEN (-1)

/* Driver Verifier's options, by their bits. */
static const struct {
    const char *name;
    uint32_t flags;
    const char *what;
} verify_names[] = {
    {"standard", DOTSYS_VERIFY_STANDARD, "what Driver Verifier's /standard turns on"},
    {"all", DOTSYS_VERIFY_ALL, "everything but what makes drivers fail on purpose"},
    {"special_pool", DOTSYS_VERIFY_SPECIAL_POOL, "every pool block between inaccessible pages"},
    {"special_pool_start", DOTSYS_VERIFY_SPECIAL_POOL | DOTSYS_VERIFY_SPECIAL_POOL_START,
        "the same, and what lies before a block rather than behind it"},
    {"irql", DOTSYS_VERIFY_FORCE_IRQL, "pageable memory inaccessible at DISPATCH_LEVEL and above"},
    {"low_resources", DOTSYS_VERIFY_LOW_RESOURCES, "allocations fail at random"},
    {"pool_tracking", DOTSYS_VERIFY_POOL_TRACKING,
        "pool that is not freed when its driver unloads"},
    {"io", DOTSYS_VERIFY_IO, "how IRPs are made, sent, completed and freed"},
    {"deadlock", DOTSYS_VERIFY_DEADLOCK, "the order in which locks are taken"},
    {"enhanced_io", DOTSYS_VERIFY_ENHANCED_IO,
        "more of the same, with requests, filters and orders nobody expects"},
    {"dma", DOTSYS_VERIFY_DMA, "adapters, common buffers, map registers"},
    {"security", DOTSYS_VERIFY_SECURITY, "user addresses and strings given to Zw routines"},
    {"force_pending", DOTSYS_VERIFY_FORCE_PENDING, "requests pend at random"},
    {"irp_logging", DOTSYS_VERIFY_IRP_LOGGING,
        "the last requests of each device, at the end and in reports"},
    {"misc", DOTSYS_VERIFY_MISC, "live objects in freed memory, handles, registrations left"},
    {"mdl_stack", DOTSYS_VERIFY_MDL_STACK, "buffers of MDLs over a request's whole way"},
    {"mdl_driver", DOTSYS_VERIFY_MDL_DRIVER, "buffers of MDLs over each driver's part of it"},
    {"power_delay", DOTSYS_VERIFY_POWER_DELAY,
        "threads yield at random where they call the power framework"},
    {"delay", DOTSYS_VERIFY_DELAY, "threads yield at random where they synchronise"},
    {"ddi", DOTSYS_VERIFY_DDI, "the IRQL of every call, and other rules of the routines"},
    {"systematic", DOTSYS_VERIFY_SYSTEMATIC,
        "each call stack that allocates fails once; the run repeats until none is new"},
    {"ddi_more", DOTSYS_VERIFY_DDI_MORE, "further rules: regions and spin locks in pairs"},
    {"code_integrity", DOTSYS_VERIFY_CODE_INTEGRITY, "executable pool, sections and mappings"},
};

/* What Driver Verifier has besides, and why it is not here. */
static const struct {
    uint32_t flags; /* 0: it has none */
    const char *what;
} verify_absent[] = {
    {0x00010000,
        "port and miniport drivers: of audio and streaming, whose port drivers are not here"},
    {0x00200000, "NDIS and wireless LAN: there is no network"},
    {0x01000000, "virtual switches: there is no network"},
    {0, "rule class 33, isolation: drivers use keys and files by absolute paths here"},
    {0, "rule class 34, WDF: there is no framework; a driver's own copy of it verifies by itself"},
    {0, "rule class 35, additional IRQL checking: it is part of ddi"},
    {0, "rule class 36, plugins (DIF): what they bring is built in"},
};

static const char *why_absent(uint32_t flags)
{
    for (size_t i = 0; i < sizeof(verify_absent) / sizeof(verify_absent[0]); i++) {
        if (flags & verify_absent[i].flags)
            return verify_absent[i].what;
    }
    return NULL;
}

static int list_verify_names(void)
{
    puts("Flags of --verify, by name; a '-' before one takes it out again. A number has Driver "
         "Verifier's bits.\n");
    for (size_t i = 0; i < sizeof(verify_names) / sizeof(verify_names[0]); i++)
        printf("  %-18s 0x%07x  %s\n", verify_names[i].name, (unsigned)verify_names[i].flags,
            verify_names[i].what);
    puts("\nWhat Driver Verifier has besides is not here:\n");
    for (size_t i = 0; i < sizeof(verify_absent) / sizeof(verify_absent[0]); i++) {
        if (verify_absent[i].flags != 0)
            printf("  0x%07x  %s\n", (unsigned)verify_absent[i].flags, verify_absent[i].what);
        else
            printf("             %s\n", verify_absent[i].what);
    }
    return EXIT_FINE;
}

/* One name or number of the list. */
static bool find_flags(const char *word, size_t length, uint32_t *flags)
{
    char *end;

    for (size_t i = 0; i < sizeof(verify_names) / sizeof(verify_names[0]); i++) {
        if (strlen(verify_names[i].name) == length &&
            strncmp(verify_names[i].name, word, length) == 0) {
            *flags = verify_names[i].flags;
            return true;
        }
    }
    if (length == 0 || word[0] < '0' || word[0] > '9')
        return false;
    unsigned long number = strtoul(word, &end, 0);
    *flags = (uint32_t)number;
    return end == word + length && number <= UINT32_MAX &&
        (number & ~(unsigned long)DOTSYS_VERIFY_KNOWN) == 0;
}

static int take_verify(struct machine_choices *choices, const char *verb, const char *list)
{
    uint32_t all = 0, flags;

    if (list == NULL)
        list = "standard";
    if (strcmp(list, "help") == 0)
        return list_verify_names();
    for (const char *word = list; word != NULL;
         word = strchr(word, ',') != NULL ? strchr(word, ',') + 1 : NULL) {
        bool without = word[0] == '-';
        size_t length = strcspn(word + without, ",");
        flags = 0;
        const bool known = find_flags(word + without, length, &flags);
        if (!known && why_absent(flags) != NULL)
            return cli_usage(verb, "--verify=%s: '%.*s' has what is not here, %s", list,
                (int)length, word + without, why_absent(flags));
        if (!known)
            return cli_usage(verb,
                "--verify=%s: '%.*s' is no flag of Driver Verifier known here: see --verify=help",
                list, (int)length, word + without);
        all = without ? all & ~flags : all | flags;
    }
    choices->verify = all;
    return TAKEN;
}

static int take_watchdog(struct machine_choices *choices, const char *verb, const char *text)
{
    struct parse_error error;
    uint64_t number;

    if (!number_parse(text, strlen(text), INT32_MAX, false, "--watchdog", &number, &error))
        return cli_usage(verb, "%s", error.text);
    if (number == 0)
        return cli_usage(verb, "--watchdog 0 would stop every machine at once");
    choices->watchdog_ms = (uint32_t)number;
    return TAKEN;
}

int choices_take(struct machine_choices *choices, const char *verb, int option)
{
    switch (option) {
    case CHOICE_OS:
        choices->os = optarg;
        return cli_find_os(verb, optarg) < 0 ? EXIT_USAGE : TAKEN;
    case CHOICE_MACHINE:
        choices->directory = optarg;
        return TAKEN;
    case CHOICE_DISK:
        choices->disk = optarg;
        return TAKEN;
    case CHOICE_DISK_WRITABLE:
        choices->disk_writable = true;
        return TAKEN;
    case CHOICE_VERIFY:
        return take_verify(choices, verb, optarg);
    case CHOICE_VERIFY_DRIVERS:
        choices->verify_drivers = optarg;
        return TAKEN;
    case CHOICE_VERIFY_TAGS:
        choices->verify_tags = optarg;
        return TAKEN;
    case CHOICE_ALIGN:
        choices->align = true;
        return TAKEN;
    case CHOICE_STRICT:
        choices->strict = true;
        return TAKEN;
    case CHOICE_WATCHDOG:
        return take_watchdog(choices, verb, optarg);
    case CHOICE_DEVICE:
        if (choices->device_count == DEVICES_LIMIT)
            return cli_usage(verb, "--device can be given %d times", DEVICES_LIMIT);
        choices->devices[choices->device_count++] = optarg;
        return TAKEN;
    case CHOICE_REGISTRY:
        choices->registry = atoi(optarg);
        return TAKEN;
    default: /* CHOICE_PORT */
        if (choices->port_count == PORTS_LIMIT)
            return cli_usage(verb, "--port can be given %d times", PORTS_LIMIT);
        choices->ports[choices->port_count++] = optarg;
        return TAKEN;
    }
}

int choices_check(const struct machine_choices *choices, const char *verb)
{
    if (choices->disk_writable && choices->disk == NULL)
        return cli_usage(verb, "--disk-writable is for --disk FILE");
    if (choices->verify_drivers != NULL && choices->verify == 0)
        return cli_usage(verb, "--verify-drivers is for --verify");
    if (choices->verify_tags != NULL &&
        (choices->verify & (DOTSYS_VERIFY_LOW_RESOURCES | DOTSYS_VERIFY_SYSTEMATIC)) == 0)
        return cli_usage(verb, "--verify-tags is for --verify=low_resources or systematic");
    return TAKEN;
}

void choices_fill(const struct machine_choices *choices, dotsys_options *options)
{
    options->os = choices->os;
    options->verify = choices->verify;
    options->verify_drivers = choices->verify_drivers;
    options->verify_tags = choices->verify_tags;
    options->align = choices->align;
    options->strict = choices->strict;
}

static size_t add(char **words, size_t count, const char *word)
{
    words[count] = (char *)(uintptr_t)word;
    return count + 1;
}

size_t choices_words(const struct machine_choices *choices, char **words, char numbers[2][32])
{
    size_t count = 0;

    if (choices->os != NULL)
        count = add(words, add(words, count, "--os"), choices->os);
    snprintf(numbers[0], 32, "--verify=%#x", (unsigned)choices->verify);
    if (choices->verify != 0)
        count = add(words, count, numbers[0]);
    if (choices->verify_drivers != NULL)
        count = add(words, add(words, count, "--verify-drivers"), choices->verify_drivers);
    if (choices->verify_tags != NULL)
        count = add(words, add(words, count, "--verify-tags"), choices->verify_tags);
    if (choices->align)
        count = add(words, count, "--align");
    if (choices->strict)
        count = add(words, count, "--strict");
    snprintf(numbers[1], 32, "--watchdog=%u", (unsigned)choices->watchdog_ms);
    if (choices->watchdog_ms != 0)
        count = add(words, count, numbers[1]);
    for (size_t i = 0; i < choices->port_count; i++)
        count = add(words, add(words, count, "--port"), choices->ports[i]);
    return count;
}
