/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The embedding interface: a machine in your own process.
 *
 *     dotsys_machine *machine;
 *     if (dotsys_machine_open(NULL, &machine) == DOTSYS_OK && dotsys_driver_start(machine, "hello",
 *     "hello.sys") == 0) {
 *         HANDLE h = CreateFileA("\\\\.\\HelloDrv", …);   // the Win32 calls of include/win32 act
 *         on this machine
 *         …
 *     }
 *     dotsys_machine_close(machine);
 *
 * One machine a process at a time. Functions may be called from any thread unless they say
 * otherwise. Statuses are NTSTATUS values; dotsys_status_name and dotsys_status_win32 translate.
 * Strings are UTF-8.
 */
#ifndef DOTSYS_DOTSYS_H
#define DOTSYS_DOTSYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DOTSYS_API __attribute__((visibility("default")))
#else
#define DOTSYS_API
#endif

typedef struct dotsys_machine dotsys_machine;
typedef int32_t dotsys_status;
#define DOTSYS_OK 0

/* One line a driver printed (DbgPrint and kin), or the machine itself. */
typedef struct dotsys_log_line {
    uint64_t time_100ns;   /* UTC since 1601 */
    uint32_t thread_id;
    const char *source;    /* driver name, or "dotsys" */
    const char *text;      /* without line end */
} dotsys_log_line;

enum dotsys_finding_kind {
    DOTSYS_FINDING_POOL_LEAK,
    DOTSYS_FINDING_DEVICE_LEFT,
    DOTSYS_FINDING_LINK_LEFT,
    DOTSYS_FINDING_OBJECT_LEAK,
    DOTSYS_FINDING_IRP_NOT_COMPLETED,
    DOTSYS_FINDING_DRIVER_NOT_UNLOADED,
    DOTSYS_FINDING_OTHER,
    DOTSYS_FINDING_DEADLOCK,  /* with a schedule: every thread waits */
    DOTSYS_FINDING_DATA_RACE, /* with a schedule */
};

/* Something a driver did wrong that did not stop the machine. */
typedef struct dotsys_finding {
    enum dotsys_finding_kind kind;
    const char *driver;    /* may be NULL */
    const char *text;      /* one or more lines */
    const char *image;     /* host path of the image site lies in, or NULL */
    uint64_t site;         /* offset in the image just behind the instruction concerned, 0: none */
} dotsys_finding;

/* Driver Verifier's flags, and with their values. */
#define DOTSYS_VERIFY_SPECIAL_POOL    0x00000001u
#define DOTSYS_VERIFY_FORCE_IRQL      0x00000002u
#define DOTSYS_VERIFY_LOW_RESOURCES   0x00000004u
#define DOTSYS_VERIFY_POOL_TRACKING   0x00000008u
#define DOTSYS_VERIFY_IO              0x00000010u
#define DOTSYS_VERIFY_DEADLOCK        0x00000020u
#define DOTSYS_VERIFY_ENHANCED_IO     0x00000040u
#define DOTSYS_VERIFY_DMA             0x00000080u
#define DOTSYS_VERIFY_SECURITY        0x00000100u
#define DOTSYS_VERIFY_FORCE_PENDING   0x00000200u
#define DOTSYS_VERIFY_IRP_LOGGING     0x00000400u
#define DOTSYS_VERIFY_MISC            0x00000800u
#define DOTSYS_VERIFY_MDL_STACK       0x00002000u
#define DOTSYS_VERIFY_MDL_DRIVER      0x00004000u
#define DOTSYS_VERIFY_POWER_DELAY     0x00008000u
#define DOTSYS_VERIFY_DDI             0x00020000u
#define DOTSYS_VERIFY_SYSTEMATIC      0x00040000u
#define DOTSYS_VERIFY_DDI_MORE        0x00080000u
#define DOTSYS_VERIFY_DELAY           0x00800000u
#define DOTSYS_VERIFY_CODE_INTEGRITY  0x02000000u
/* dotsys's own: blocks of special pool begin their page */
#define DOTSYS_VERIFY_SPECIAL_POOL_START 0x10000000u
#define DOTSYS_VERIFY_STANDARD        0x000209BBu
/* all but what makes drivers fail or wait on purpose */
#define DOTSYS_VERIFY_ALL             0x020A6DFBu
#define DOTSYS_VERIFY_KNOWN           0x128EEFFFu

typedef struct dotsys_options {
    size_t size;           /* sizeof(dotsys_options) */
    const char *os;        /* "win2000" "xp" "win7" "win81" "win10" "win11"; NULL: win10 */
    bool ordinary_user;    /* clients act as an ordinary user instead of an administrator */
    uint32_t verify;       /* DOTSYS_VERIFY_…: what to check drivers for */
    void (*log)(void *context, const dotsys_log_line *line);           /* NULL: standard error */
    void (*finding)(void *context, const dotsys_finding *finding);     /* NULL: standard error */
    void *context;
    int fail_allocation;   /* tests: fail the Nth allocation after the machine is up; 0: none */
    bool fail_forever;     /* … and every later one */
    const char *directory; /* the machine directory, made if it is not there; NULL: a throw-away
                              machine */
    const char *disk; /* file or device that is PhysicalDrive0; NULL: disk0.img of the directory, or
                         one in memory */
    bool disk_writable; /* disk may be written; those of NULL always may */
    bool align;         /* misaligned accesses of drivers raise STATUS_DATATYPE_MISALIGNMENT */
    bool strict;        /* a driver that imports what is only a stub here does not load */
    const char *verify_drivers; /* files' names with commas between them, "a.sys,b.sys": those to be
                                   checked; NULL: all */
    /*
     * Threads take turns, as this says: a seed ("17"), or what `dotsys run --explore` names. NULL:
     * they run as Linux has them. The thread that opens the machine has to close it, and others
     * that use it are made by threads that take turns.
     */
    const char *schedule;
    const char *verify_tags; /* "Proc,None": low resources are confined to pool of these tags; NULL:
                                to nothing */
} dotsys_options;

/*
 * STATUS_INSUFFICIENT_RESOURCES, STATUS_ALREADY_REGISTERED: this process has a machine already,
 * STATUS_INVALID_PARAMETER: an option is wrong, STATUS_CONFLICTING_ADDRESSES: the system range is
 * taken.
 */
DOTSYS_API dotsys_status dotsys_machine_open(
    const dotsys_options *options, dotsys_machine **machine);

/*
 * Unloads drivers still running, reports what they left behind, frees everything. No other thread
 * may be in a call. Returns the number of findings reported over the machine's life.
 */
DOTSYS_API unsigned dotsys_machine_close(dotsys_machine *machine);

/* Loads and starts a driver as service name. On failure dotsys_last_message says why. */
DOTSYS_API dotsys_status dotsys_driver_start(
    dotsys_machine *machine, const char *name, const char *path);
DOTSYS_API dotsys_status dotsys_driver_stop(dotsys_machine *machine, const char *name);

/*
 * Sets a value of the machine's registry, before drivers start or while they run; keys on the way
 * are made. key: a path that begins with HKLM, HKU, their long names or \Registry. name: "" is the
 * key's default value. type: Windows' number (REG_SZ is 1, REG_DWORD 4). data: as Windows keeps it:
 * text is UTF-16 with a terminator, numbers are little-endian.
 */
DOTSYS_API dotsys_status dotsys_registry_set(dotsys_machine *machine, const char *key,
    const char *name, uint32_t type, const void *data, size_t size_bytes);
/* Imports what a .reg file says, in UTF-8. On failure what stood before the line
 * dotsys_last_message names has been done. */
DOTSYS_API dotsys_status dotsys_registry_import_text(
    dotsys_machine *machine, const char *text, size_t size_bytes);

/* What the last failed dotsys_ call of this thread had to say; valid until the thread's next one.
 * Never NULL. */
DOTSYS_API const char *dotsys_last_message(void);

/* True when a bugcheck stopped the machine; report is then its text (owned by the machine) if
 * report is not NULL. */
DOTSYS_API bool dotsys_machine_stopped(dotsys_machine *machine, const char **report);

/* Base and size of a loaded driver image, for debuggers. False: no such driver. */
DOTSYS_API bool dotsys_driver_image(
    dotsys_machine *machine, const char *name, uintptr_t *base, size_t *size_bytes);

/* What a driver (NULL: the machine itself) holds of one pool tag. */
typedef struct dotsys_pool_usage {
    char tag[5];           /* as people read it, "Leak"; unprintable characters as dots */
    char driver[64];       /* "" for the machine itself */
    bool paged;
    uint64_t blocks, bytes;
} dotsys_pool_usage;

/*
 * Fills usage with at most room entries, one for each tag, driver and kind of pool that is in use,
 * and returns how many. For tests: call it before and after, and compare.
 */
DOTSYS_API size_t dotsys_pool_query(dotsys_machine *machine, dotsys_pool_usage *usage, size_t room);

DOTSYS_API const char *dotsys_status_name(dotsys_status status); /* NULL: unknown */
DOTSYS_API uint32_t dotsys_status_win32(dotsys_status status);
DOTSYS_API const char *dotsys_version(void);

#ifdef __cplusplus
}
#endif
#endif
