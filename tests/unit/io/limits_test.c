/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a driver on a real Windows cannot be made to show safely: how long an MDL may be by version,
 * share access that is widened, partial MDLs of more pages than an MDL's Size counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "io/io.h"

static dotsys_machine *Start(const char *Os)
{
    dotsys_machine *Machine;
    const dotsys_options Options = {.size = sizeof(Options), .os = Os};
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    return Machine;
}

static NTSTATUS TryLength(void *Arguments)
{
    MDL *Mdl = IoAllocateMdl(NULL, *(ULONG *)Arguments, FALSE, FALSE, NULL);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    IoFreeMdl(Mdl);
    return STATUS_SUCCESS;
}

static NTSTATUS Allocates(ULONG Length)
{
    return KeEnterKernel(TryLength, &Length, KernelMode);
}

static void LongestMdl(void **State)
{
    (void)State;
    static const struct {
        const char *Os;
        ULONG Limit;
    } Case[] = {
        {"win2000", (ULONG)(PAGE_SIZE * (65535 - sizeof(MDL)) / sizeof(ULONG_PTR))},
        {"win7", 0xFFFFF000u},
    };
    for (size_t Index = 0; Index < sizeof(Case) / sizeof(Case[0]); Index++) {
        dotsys_machine *Machine = Start(Case[Index].Os);
        assert_int_equal(Allocates(Case[Index].Limit), STATUS_SUCCESS);
        assert_int_equal(Allocates(Case[Index].Limit + 1), STATUS_INSUFFICIENT_RESOURCES);
        assert_int_equal(Allocates(0), STATUS_SUCCESS);
        assert_int_equal(dotsys_machine_close(Machine), 0);
    }
}

/* 64 Mi bytes have 16384 pages: more than 65535 bytes of page numbers. */
static NTSTATUS BuildLong(void *Arguments)
{
    const ULONG Length = 64u << 20;
    UCHAR *const Base = (UCHAR *)MM_SYSTEM_BASE;
    (void)Arguments;
    MDL *Whole = IoAllocateMdl(Base, Length, FALSE, FALSE, NULL);
    MDL *Part = IoAllocateMdl(Base, Length, FALSE, FALSE, NULL);
    if (Whole == NULL || Part == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmBuildMdlForNonPagedPool(Whole);
    IoBuildPartialMdl(Whole, Part, Base + PAGE_SIZE, 0);
    const SIZE_T Bytes = (Length / PAGE_SIZE - 1) * sizeof(PFN_NUMBER);
    BOOLEAN Same = Part->ByteCount == Length - PAGE_SIZE &&
                   memcmp(MmGetMdlPfnArray(Part), MmGetMdlPfnArray(Whole) + 1, Bytes) == 0;
    IoFreeMdl(Part);
    IoFreeMdl(Whole);
    return Same ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static void LongPartialMdl(void **State)
{
    (void)State;
    dotsys_machine *Machine = Start(NULL);
    assert_int_equal(KeEnterKernel(BuildLong, NULL, KernelMode), STATUS_SUCCESS);
    assert_false(dotsys_machine_stopped(Machine, NULL));
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

static NTSTATUS BuildTooLong(void *Arguments)
{
    UCHAR *const Base = (UCHAR *)MM_SYSTEM_BASE;
    (void)Arguments;
    MDL *Whole = IoAllocateMdl(Base, 8 * PAGE_SIZE, FALSE, FALSE, NULL);
    MDL *Part = IoAllocateMdl(Base, PAGE_SIZE, FALSE, FALSE, NULL);
    if (Whole == NULL || Part == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    IoBuildPartialMdl(Whole, Part, Base, 8 * PAGE_SIZE);
    return STATUS_SUCCESS;
}

static void TooSmallATarget(void **State)
{
    (void)State;
    const char *Report;
    dotsys_machine *Machine = Start(NULL);
    assert_int_equal(KeEnterKernel(BuildTooLong, NULL, KernelMode), STATUS_HOST_DOWN);
    assert_true(dotsys_machine_stopped(Machine, &Report));
    assert_non_null(strstr(Report, "0x00000040"));
    dotsys_machine_close(Machine);
}

/* An exclusive reader of what it may not write does not keep other readers out. */
static void ExclusiveReadersAreWidened(void **State)
{
    (void)State;
    FILE_OBJECT First = {.Type = 0}, Second = {.Type = 0};
    SHARE_ACCESS Share;
    BOOLEAN MayWrite = FALSE;
    IoSetShareAccessEx(FILE_READ_DATA, 0, &First, &Share, &MayWrite);
    assert_true(First.SharedRead);
    assert_int_equal(
        IoCheckShareAccessEx(FILE_READ_DATA, 0, &Second, &Share, TRUE, &MayWrite), STATUS_SUCCESS);
    assert_int_equal(Share.OpenCount, 2);
    assert_int_equal(IoCheckShareAccessEx(FILE_READ_DATA, 0, &Second, &Share, FALSE, NULL),
        STATUS_SHARING_VIOLATION);
    MayWrite = TRUE;
    IoSetShareAccessEx(FILE_READ_DATA, 0, &First, &Share, &MayWrite);
    assert_false(First.SharedRead);
    assert_int_equal(
        IoCheckShareAccessEx(FILE_READ_DATA, FILE_SHARE_READ, &Second, &Share, TRUE, &MayWrite),
        STATUS_SHARING_VIOLATION);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(LongestMdl),
        cmocka_unit_test(LongPartialMdl),
        cmocka_unit_test(TooSmallATarget),
        cmocka_unit_test(ExclusiveReadersAreWidened),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
