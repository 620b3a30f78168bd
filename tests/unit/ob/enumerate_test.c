/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A handle table gone through as drivers do, in the form of a new and of an old Windows. */
#include "ob_test.h"

typedef struct ENTRY {
    ULONG_PTR low, granted;
} ENTRY;

static HANDLE wanted;
static ENTRY found;
static unsigned seen;

static BOOLEAN look(const ENTRY *entry, HANDLE handle, void *parameter)
{
    seen++;
    if (handle != wanted)
        return FALSE;
    found = *entry;
    expect(parameter == &seen);
    return TRUE;
}

static BOOLEAN NTAPI look_new(void *table, ENTRY *entry, HANDLE handle, void *parameter)
{
    expect(table == ObKernelHandleTable);
    return look(entry, handle, parameter);
}

IN_KERNEL(an_entry_is_found)
{
    void *object = make_object();
    HANDLE handle = NULL, stopped = NULL;

    seen = 0;
    expect_status(
        ObiCreateHandle(object, 3, OBJ_KERNEL_HANDLE, KernelMode, &handle), STATUS_SUCCESS);
    wanted = (HANDLE)((ULONG_PTR)handle & 0xFFFFFF);
    expect(ExEnumHandleTable(ObKernelHandleTable, (void *)(ULONG_PTR)look_new, &seen, &stopped));
    expect(stopped == wanted);
    expect(seen >= 1);
    expect_equal(found.granted, 3);
    expect_equal(found.low & 1, 1);
#if defined(__x86_64__)
    /* The address without its highest 16 bits, as the field has 44 bits of it. */
    expect_equal(found.low >> 20 << 4, (ULONG_PTR)OBJECT_TO_HEADER(object) & 0xFFFFFFFFFFFFull);
#endif
    expect_status(ZwClose(handle), STATUS_SUCCESS);
    seen = 0;
    expect(!ExEnumHandleTable(ObKernelHandleTable, (void *)(ULONG_PTR)look_new, &seen, &stopped));
    expect_equal(ObfDereferenceObject(object), 0);
}

IN_KERNEL(what_is_no_table)
{
    ULONG_PTR nothing[8] = {0};
    HANDLE stopped = NULL;

    seen = 0;
    expect(!ExEnumHandleTable(
        (OB_HANDLE_TABLE *)(void *)nothing, (void *)(ULONG_PTR)look_new, &seen, &stopped));
    expect_equal(seen, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_entry_is_found),
        TEST(what_is_no_table),
    };
    return cmocka_run_group_tests(tests, open_machine_with_type, close_machine);
}
