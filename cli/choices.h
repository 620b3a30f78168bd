/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a machine is to be like: the options that `run` and `up` share, and that their machine's
 * process is told in turn. */
#pragma once

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dotsys/dotsys.h"
#include "ports.h"

#define DEVICES_LIMIT 16

struct machine_choices {
    const char *os;             /* NULL: the default */
    const char *directory;      /* of the machine; NULL: a throw-away one, or the default one */
    const char *disk;           /* what PhysicalDrive0 is; NULL: the machine's own */
    bool disk_writable;
    uint32_t verify;            /* DOTSYS_VERIFY_… */
    const char *verify_drivers; /* file names with commas between them; NULL: all */
    const char *verify_tags;    /* pool tags with commas between them; NULL: all that allocates */
    bool align, strict;
    uint32_t watchdog_ms;       /* see watchdog.h; 0: as ever */
    const char *ports[PORTS_LIMIT]; /* libraries of devices, "FILE.so[,ARGUMENTS]" */
    size_t port_count;
    size_t described_ports; /* the last of them, which descriptions name */
    const char *devices[DEVICES_LIMIT]; /* files that describe devices */
    size_t device_count;
    int registry; /* a file of registry text the machine is to have imported before anything starts;
                     -1: none */
};

enum {
    CHOICE_OS = 512,
    CHOICE_MACHINE,
    CHOICE_DISK,
    CHOICE_DISK_WRITABLE,
    CHOICE_VERIFY,
    CHOICE_VERIFY_DRIVERS,
    CHOICE_VERIFY_TAGS,
    CHOICE_ALIGN,
    CHOICE_STRICT,
    CHOICE_PORT,
    CHOICE_DEVICE,
    CHOICE_REGISTRY,
    CHOICE_WATCHDOG,
};

/* For the table of a verb's options. */
#define CHOICES_OPTIONS                                                                           \
    {"os", required_argument, NULL, CHOICE_OS},                                                   \
        {"machine", required_argument, NULL, CHOICE_MACHINE},                                     \
        {"disk", required_argument, NULL, CHOICE_DISK},                                           \
        {"disk-writable", no_argument, NULL, CHOICE_DISK_WRITABLE},                               \
        {"verify", optional_argument, NULL, CHOICE_VERIFY},                                       \
        {"verify-drivers", required_argument, NULL, CHOICE_VERIFY_DRIVERS},                       \
        {"verify-tags", required_argument, NULL, CHOICE_VERIFY_TAGS},                             \
        {"align", no_argument, NULL, CHOICE_ALIGN}, {"strict", no_argument, NULL, CHOICE_STRICT}, \
        {"port", required_argument, NULL, CHOICE_PORT},                                           \
        {"device", required_argument, NULL, CHOICE_DEVICE},                                       \
        {"registry-descriptor", required_argument, NULL,                                          \
            CHOICE_REGISTRY} /* from the command to its machine's program */,                     \
    {                                                                                             \
        "watchdog", required_argument, NULL, CHOICE_WATCHDOG                                      \
    }

/* And for its help; the values are those that both verbs have. */
#define CHOICES_HELP_OS \
    "      --os VERSION       be this Windows: win2000 xp win7 win81 win10 win11 (win10)\n"
#define CHOICES_HELP                                                                              \
    "      --verify[=FLAGS]   check what drivers do, by Driver Verifier's flags: 0x209bb, or "    \
    "names as special_pool,io or\n"                                                               \
    "                         standard,force_pending ('dotsys run --verify=help' lists them; "    \
    "standard)\n"                                                                                 \
    "      --verify-drivers NAME[,NAME]  check these drivers only, by the names of their files\n" \
    "      --verify-tags TAG[,TAG]  let allocations of these pool tags fail only, with "          \
    "low_resources or systematic\n"                                                               \
    "      --align            make misaligned accesses of drivers exceptions "                    \
    "(STATUS_DATATYPE_MISALIGNMENT)\n"                                                            \
    "      --strict           refuse drivers that import what is only a stub here\n"              \
    "      --watchdog MS      with clients: stop the machine when a driver stays so long at a "   \
    "raised IRQL (10000)\n"
#define CHOICES_HELP_PORT                                                                          \
    "      --disk-writable    let FILE be written\n"                                               \
    "      --port FILE[,ARGS] plug in the devices of a library, as devices/uart.so; may be given " \
    "many times\n"                                                                                 \
    "      --device FILE      have the devices that FILE describes (JSON), for plug and play "     \
    "drivers; many times\n"

/* Takes one of the options above, with optarg. Returns -1: it is taken; otherwise an exit status,
 * said why. */
int choices_take(struct machine_choices *choices, const char *verb, int option);
/* What does not go together. As choices_take. */
int choices_check(const struct machine_choices *choices, const char *verb);
/* What a machine is opened with; the rest of options is the caller's. */
void choices_fill(const struct machine_choices *choices, dotsys_options *options);

#define CHOICES_WORDS (11 + 2 * PORTS_LIMIT)
/*
 * The choices a machine's process needs that were not on its command line, as options again. words:
 * CHOICES_WORDS of them; how many are used is returned. numbers: room for two options. The strings
 * stay the choices' own.
 */
size_t choices_words(const struct machine_choices *choices, char **words, char numbers[2][32]);
