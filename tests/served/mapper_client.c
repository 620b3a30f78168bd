/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The client of tests/kernel/mapper: memory a driver made in this process, whichever process the
 * machine is in.
 *
 *     mapper_client [leave]
 *
 * leave: ends without having anything undone.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <windows.h>
#include <winioctl.h>

#define CODE(Function) CTL_CODE(FILE_DEVICE_UNKNOWN, Function, METHOD_BUFFERED, FILE_ANY_ACCESS)

static unsigned passed, failed;

static bool check(bool held, const char *way, const char *text)
{
    if (held)
        passed++;
    else
        failed++;
    if (!held)
        printf("not ok: %s: %s (error %u)\n", way, text, (unsigned)GetLastError());
    return held;
}

static void try_way(HANDLE device, DWORD function, const char *way, bool undo)
{
    char seen[17] = "";
    ULONG64 address = 0;
    DWORD got;

    if (!check(
            DeviceIoControl(device, CODE(function), NULL, 0, &address, sizeof(address), &got, NULL),
            way, "memory is made"))
        return;
    char *memory = (char *)(ULONG_PTR)address;
    check(strcmp(memory, way) == 0, way, "it has what the driver wrote");
    memcpy(memory, "CLIENT", 6);
    check(DeviceIoControl(device, CODE(0x804), &function, sizeof(function), seen, 16, &got, NULL) &&
            memcmp(seen, "CLIENT", 6) == 0 && strcmp(seen + 6, strlen(way) > 6 ? way + 6 : "") == 0,
        way, "the driver has what the client wrote");
    if (undo)
        check(
            DeviceIoControl(device, CODE(0x805), &function, sizeof(function), NULL, 0, &got, NULL),
            way, "it goes");
}

int main(int argc, char **argv)
{
    static const char *const ways[] = {"allocated", "section", "physical", "mdl"};
    bool undo = argc < 2 || strcmp(argv[1], "leave") != 0;
    HANDLE device = CreateFileA(
        "\\\\.\\Mapper", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);

    if (!check(device != INVALID_HANDLE_VALUE, "mapper", "the device opens"))
        return 1;
    for (unsigned round = 0; round < (undo ? 3u : 1u); round++) {
        for (unsigned i = 0; i < 4; i++)
            try_way(device, 0x800 + i, ways[i], undo);
    }
    if (undo)
        CloseHandle(device);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
