/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoQueryFullDriverPath - where a driver came from.
 */
#include "io_test.h"

TEST(IoQueryFullDriverPath, EndsWithTheDriversFile)
{
    NTSTATUS(NTAPI * Query)
    (PDRIVER_OBJECT Driver, PUNICODE_STRING Path) = (PVOID)KtestExport(L"IoQueryFullDriverPath");
    UNICODE_STRING Path = {0}, Tail;
    KTEST_STRING(Extension, L".sys");

    if (Query == NULL) {
        skip("new in Windows 8.1");
        return;
    }
    if (!CHECK_STATUS(Query(KtestDriverObject, &Path), STATUS_SUCCESS))
        return;
    CHECK(Path.Length > Extension.Length && Path.Buffer[0] == L'\\');
    Tail = Path;
    Tail.Buffer += (Path.Length - Extension.Length) / sizeof(WCHAR);
    Tail.Length = Tail.MaximumLength = Extension.Length;
    CHECK(RtlEqualUnicodeString(&Tail, &Extension, TRUE));
    ExFreePool(Path.Buffer);
}

TEST(IoQueryFullDriverPath, NotWithoutAnImage)
{
    NTSTATUS(NTAPI * Query)
    (PDRIVER_OBJECT Driver, PUNICODE_STRING Path) = (PVOID)KtestExport(L"IoQueryFullDriverPath");
    DRIVER_OBJECT Driver;
    UNICODE_STRING Path;

    if (Query == NULL) {
        skip("new in Windows 8.1");
        return;
    }
    RtlZeroMemory(&Driver, sizeof(Driver));
    CHECK(!NT_SUCCESS(Query(&Driver, &Path)));
}

/* An entry of the list of loaded modules, as drivers declare it for themselves. */
typedef struct MODULE {
    LIST_ENTRY Link;
    PVOID ExceptionTable;
    ULONG ExceptionTableSize;
    PVOID GpValue, NonPagedDebugInfo;
    PVOID DllBase, EntryPoint;
    ULONG SizeOfImage;
    UNICODE_STRING FullDllName, BaseDllName;
    ULONG Flags;
} MODULE;

TEST(IoQueryFullDriverPath, IsInTheListOfModulesToo)
{
    MODULE *Own = KtestDriverObject->DriverSection;
    PLIST_ENTRY Link;
    ULONG Modules = 0, Kernels = 0;
    KTEST_STRING(Kernel, L"ntoskrnl.exe");

    CHECK_PTR(Own->DllBase, KtestDriverObject->DriverStart);
    CHECK_EQ(Own->SizeOfImage, KtestDriverObject->DriverSize);
    CHECK(Own->BaseDllName.Length != 0 && Own->FullDllName.Length > Own->BaseDllName.Length);
    for (Link = Own->Link.Flink; Link != &Own->Link && Modules < 1000;
         Link = Link->Flink, Modules++) {
        MODULE *Module = CONTAINING_RECORD(Link, MODULE, Link);

        if (Module->BaseDllName.Buffer != NULL &&
            RtlEqualUnicodeString(&Module->BaseDllName, &Kernel, TRUE)) {
            CHECK(Module->DllBase != NULL);
            Kernels++;
        }
    }
    CHECK(Modules >= 2 && Modules < 1000);
    CHECK_EQ(Kernels, 1);
}
