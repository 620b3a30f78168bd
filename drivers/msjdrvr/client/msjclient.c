/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * msjclient.c - asks the msjdrvr driver for everything it has, and the disk itself for the same.
 *
 *     string [NAME]           the driver's string
 *     cmos                    base and extended memory, as CMOS has them
 *     geometry                the first disk's
 *     mbr                     the first sector of the first disk, and its partition table
 *     async                   the same by overlapped I/O
 *     cancel                  asks, and cancels at once: either may be first
 *     disk [OFFSET [LENGTH]]  the disk without the driver: for administrators, in whole sectors
 *     compare                 the sector by all ways there are
 *
 * Exit status: 0, 1 if something was refused or differs, 2 if the command line is wrong.
 * One source for Windows and for Linux, 32 and 64 bits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#ifdef _WIN32
#include <winioctl.h>
#endif

#include "../msjdrvr.h"

#define REPORT_PROGRAM "msjclient"
#include "../../report.h"

#define DISK_USER_NAME "\\\\.\\PhysicalDrive0"
#define MAX_LENGTH     (1024 * 1024)

typedef unsigned char SECTOR[MSJDRVR_SECTOR_BYTES];

static int usage(void)
{
    fprintf(stderr, "Usage: msjclient string [NAME] | cmos | geometry | mbr | async | cancel |\n"
                    "                 disk [OFFSET [LENGTH]] | compare\n");
    return 2;
}

/* ---- Printing ------------------------------------------------------------------------------- */

static void print_row(DWORD at, const unsigned char *bytes, DWORD count)
{
    DWORD i;

    printf("%04lx ", (unsigned long)at);
    for (i = 0; i < 16; i++) {
        if (i == 8)
            putchar(' ');
        if (i < count)
            printf(" %02x", bytes[i]);
        else
            printf("   ");
    }
    printf("  ");
    for (i = 0; i < count; i++)
        putchar(bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '.');
    putchar('\n');
}

/* Rows of one byte value are shown by their first, and "*". */
static void print_bytes(DWORD base, const unsigned char *bytes, DWORD count)
{
    BOOL skipping = FALSE;
    DWORD at;

    for (at = 0; at < count; at += 16) {
        DWORD row = count - at < 16 ? count - at : 16;

        if (at > 0 && row == 16 && at + 16 < count &&
            memcmp(bytes + at, bytes + at - 16, 16) == 0) {
            if (!skipping)
                printf("*\n");
            skipping = TRUE;
            continue;
        }
        skipping = FALSE;
        print_row(base + at, bytes + at, row);
    }
}

static unsigned long little_endian(const unsigned char *bytes)
{
    return bytes[0] | (unsigned long)bytes[1] << 8 | (unsigned long)bytes[2] << 16 |
           (unsigned long)bytes[3] << 24;
}

/* The four entries at 0x1be: active, CHS, type, CHS, first sector, number of sectors. */
static void print_partitions(const unsigned char *sector)
{
    int i, used = 0;

    if (sector[510] != 0x55 || sector[511] != 0xaa) {
        printf("no signature 55 aa: no partition table\n");
        return;
    }
    for (i = 0; i < 4; i++) {
        const unsigned char *entry = sector + 0x1be + 16 * i;

        if (entry[4] == 0)
            continue;
        used++;
        printf("partition %d: %stype 0x%02x, first sector %lu, %lu sectors\n", i + 1,
               entry[0] & 0x80 ? "active, " : "", entry[4], little_endian(entry + 8),
               little_endian(entry + 12));
    }
    printf("%d partition%s\n", used, used == 1 ? "" : "s");
}

static void print_sector(const unsigned char *sector)
{
    print_bytes(0, sector, MSJDRVR_SECTOR_BYTES);
    print_partitions(sector);
}

/* ---- The driver ----------------------------------------------------------------------------- */

static HANDLE open_driver(DWORD flags)
{
    HANDLE device = CreateFileA(MSJDRVR_USER_NAME, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                NULL, OPEN_EXISTING, flags, NULL);

    if (device == INVALID_HANDLE_VALUE)
        report_error("cannot open " MSJDRVR_USER_NAME);
    return device;
}

static BOOL close_handle(HANDLE handle)
{
    if (CloseHandle(handle))
        return TRUE;
    report_error("CloseHandle");
    return FALSE;
}

/* Sends a control code on a handle of its own. */
static BOOL ask(const char *what, DWORD code, const void *input, DWORD input_bytes, void *output,
                DWORD output_bytes, DWORD *returned)
{
    HANDLE device = open_driver(FILE_ATTRIBUTE_NORMAL);
    BOOL done;

    if (device == INVALID_HANDLE_VALUE)
        return FALSE;
    *returned = 0;
    done = DeviceIoControl(device, code, (LPVOID)(ULONG_PTR)input, input_bytes, output,
                           output_bytes, returned, NULL);
    if (!done)
        report_error(what);
    return close_handle(device) && done;
}

static BOOL ask_exactly(const char *what, DWORD code, void *output, DWORD output_bytes)
{
    DWORD returned;

    if (!ask(what, code, NULL, 0, output, output_bytes, &returned))
        return FALSE;
    if (returned == output_bytes)
        return TRUE;
    fprintf(stderr, "msjclient: %s: %lu bytes instead of %lu\n", what, (unsigned long)returned,
            (unsigned long)output_bytes);
    return FALSE;
}

static BOOL show_string(const char *name)
{
    char text[256];
    DWORD returned;

    if (!ask("GET_STRING", IOCTL_MSJDRVR_GET_STRING, name, name == NULL ? 0 : (DWORD)strlen(name),
             text, sizeof(text), &returned))
        return FALSE;
    printf("%.*s (%lu bytes)\n", (int)returned, text, (unsigned long)returned);
    return TRUE;
}

static BOOL show_cmos(void)
{
    MSJDRVR_CMOS cmos;

    if (!ask_exactly("READ_CMOS", IOCTL_MSJDRVR_READ_CMOS, &cmos, sizeof(cmos)))
        return FALSE;
    printf("base memory:     %lu KB\nextended memory: %lu KB\n", (unsigned long)cmos.ulBaseMem,
           (unsigned long)cmos.ulExtMem);
    return TRUE;
}

static BOOL show_geometry(void)
{
    DISK_GEOMETRY geometry;

    if (!ask_exactly("GET_GEOMETRY", IOCTL_MSJDRVR_GET_GEOMETRY, &geometry, sizeof(geometry)))
        return FALSE;
    printf("cylinders:           %llu\n"
           "tracks per cylinder: %lu\n"
           "sectors per track:   %lu\n"
           "bytes per sector:    %lu\n"
           "media type:          %u\n",
           (unsigned long long)geometry.Cylinders.QuadPart,
           (unsigned long)geometry.TracksPerCylinder, (unsigned long)geometry.SectorsPerTrack,
           (unsigned long)geometry.BytesPerSector, (unsigned)geometry.MediaType);
    return TRUE;
}

static BOOL read_mbr(SECTOR sector)
{
    return ask_exactly("READ_MBR", IOCTL_MSJDRVR_READ_MBR, sector, MSJDRVR_SECTOR_BYTES);
}

static BOOL show_mbr(void)
{
    SECTOR sector;

    if (!read_mbr(sector))
        return FALSE;
    print_sector(sector);
    return TRUE;
}

/* ---- Overlapped ----------------------------------------------------------------------------- */

/*
 * Asks for the sector and does not wait, then cancels if wanted, then waits. Between request and
 * result sector and overlapped are the driver's. FALSE: the last error says why.
 */
static BOOL transfer(HANDLE device, OVERLAPPED *overlapped, SECTOR sector, BOOL cancel,
                     DWORD *returned)
{
    if (!DeviceIoControl(device, IOCTL_MSJDRVR_READ_MBR_ASYNC, NULL, 0, sector,
                         MSJDRVR_SECTOR_BYTES, NULL, overlapped) &&
        GetLastError() != ERROR_IO_PENDING)
        return FALSE;
    if (cancel && !CancelIo(device))
        return FALSE;
    return GetOverlappedResult(device, overlapped, returned, TRUE);
}

/* *error is 0 or why there is no sector; what is reported already gives FALSE. */
static BOOL read_overlapped(SECTOR sector, BOOL cancel, DWORD *error)
{
    OVERLAPPED overlapped;
    DWORD returned = 0;
    HANDLE device;
    BOOL all_well;

    device = open_driver(FILE_FLAG_OVERLAPPED);
    if (device == INVALID_HANDLE_VALUE)
        return FALSE;
    memset(&overlapped, 0, sizeof(overlapped));
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (overlapped.hEvent == NULL) {
        report_error("CreateEvent");
        close_handle(device);
        return FALSE;
    }
    *error = ERROR_SUCCESS;
    if (!transfer(device, &overlapped, sector, cancel, &returned))
        *error = GetLastError();
    all_well = close_handle(overlapped.hEvent);
    all_well = close_handle(device) && all_well;
    if (*error == ERROR_SUCCESS && returned != MSJDRVR_SECTOR_BYTES) {
        fprintf(stderr, "msjclient: READ_MBR_ASYNC: %lu bytes\n", (unsigned long)returned);
        return FALSE;
    }
    return all_well;
}

static BOOL read_async(SECTOR sector)
{
    DWORD error;

    if (!read_overlapped(sector, FALSE, &error))
        return FALSE;
    if (error != ERROR_SUCCESS)
        report_code("READ_MBR_ASYNC", error);
    return error == ERROR_SUCCESS;
}

static BOOL show_async(void)
{
    SECTOR sector;

    if (!read_async(sector))
        return FALSE;
    print_sector(sector);
    return TRUE;
}

static BOOL show_cancel(void)
{
    SECTOR sector;
    DWORD error;

    if (!read_overlapped(sector, TRUE, &error))
        return FALSE;
    if (error == ERROR_OPERATION_ABORTED)
        printf("the request was cancelled\n");
    else if (error == ERROR_SUCCESS)
        printf("the disk was faster\n");
    else
        report_code("READ_MBR_ASYNC", error);
    return error == ERROR_OPERATION_ABORTED || error == ERROR_SUCCESS;
}

/* ---- The disk itself ------------------------------------------------------------------------ */

static BOOL read_disk(LONG offset, void *bytes, DWORD length, DWORD *received)
{
    HANDLE disk;
    BOOL done;

    disk = CreateFileA(DISK_USER_NAME, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (disk == INVALID_HANDLE_VALUE) {
        report_error("cannot open " DISK_USER_NAME);
        return FALSE;
    }
    *received = 0;
    SetLastError(ERROR_SUCCESS);
    if (SetFilePointer(disk, offset, NULL, FILE_BEGIN) == INVALID_SET_FILE_POINTER &&
        GetLastError() != ERROR_SUCCESS) {
        report_error("SetFilePointer");
        done = FALSE;
    } else {
        done = ReadFile(disk, bytes, length, received, NULL);
        if (!done)
            report_error("ReadFile");
    }
    return close_handle(disk) && done;
}

static BOOL show_disk(LONG offset, DWORD length)
{
    unsigned char *bytes = malloc(length > 0 ? length : 1);
    DWORD received;
    BOOL done;

    if (bytes == NULL) {
        report_code("malloc", ERROR_NOT_ENOUGH_MEMORY);
        return FALSE;
    }
    done = read_disk(offset, bytes, length, &received);
    if (done) {
        print_bytes((DWORD)offset, bytes, received);
        printf("%lu bytes from offset %ld\n", (unsigned long)received, (long)offset);
    }
    free(bytes);
    return done;
}

static BOOL compare_ways(void)
{
    SECTOR by_driver, by_overlapped, by_disk;
    DWORD received;

    if (!read_mbr(by_driver) || !read_async(by_overlapped))
        return FALSE;
    if (memcmp(by_driver, by_overlapped, sizeof(by_driver)) != 0) {
        printf("READ_MBR and READ_MBR_ASYNC differ\n");
        return FALSE;
    }
    if (!read_disk(0, by_disk, sizeof(by_disk), &received))
        return FALSE;
    if (received != sizeof(by_disk) || memcmp(by_driver, by_disk, sizeof(by_driver)) != 0) {
        printf("the driver and the disk differ\n");
        return FALSE;
    }
    printf("the same sector by READ_MBR, READ_MBR_ASYNC and from the disk\n");
    return TRUE;
}

/* ---- The command line ----------------------------------------------------------------------- */

static BOOL parse_number(const char *text, unsigned long max, unsigned long *value)
{
    char *end;

    if (*text == '\0' || *text == '-' || *text == '+')
        return FALSE;
    *value = strtoul(text, &end, 0);
    return *end == '\0' && *value <= max;
}

/* -1: the command line is wrong. */
static int run_disk(int count, char **texts)
{
    unsigned long offset = 0, length = MSJDRVR_SECTOR_BYTES;

    if (count > 2 || (count > 0 && !parse_number(texts[0], 0x7fffffff, &offset)) ||
        (count > 1 && !parse_number(texts[1], MAX_LENGTH, &length)))
        return -1;
    return show_disk((LONG)offset, (DWORD)length);
}

static int run(const char *command, int count, char **texts)
{
    static const struct {
        const char *name;
        BOOL (*run)(void);
    } commands[] = {
        {"cmos", show_cmos},   {"geometry", show_geometry}, {"mbr", show_mbr},
        {"async", show_async}, {"cancel", show_cancel},     {"compare", compare_ways},
    };
    size_t i;

    if (strcmp(command, "string") == 0)
        return count > 1 ? -1 : show_string(count == 1 ? texts[0] : NULL);
    if (strcmp(command, "disk") == 0)
        return run_disk(count, texts);
    for (i = 0; count == 0 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(command, commands[i].name) == 0)
            return commands[i].run();
    }
    return -1;
}

int main(int argc, char **argv)
{
    int done = argc < 2 ? -1 : run(argv[1], argc - 2, argv + 2);

    return done < 0 ? usage() : report_end(done);
}
