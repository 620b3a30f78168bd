/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* C++ as Microsoft's compiler takes it: min, a control code of a vendor's, text that is const. */
#include <ntddk.h>

#define MODERN_CODE CTL_CODE(0x8000, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

enum class Kind : short {
    Known,
    Unknown
};

static Kind KindOf(ULONG Code)
{
    switch (Code) {
    case MODERN_CODE:
        return Kind::Known;
    default:
        return Kind::Unknown;
    }
}

static NTSTATUS Touch(volatile UCHAR *Address)
{
#ifdef _AMD64_ /* for x86 in C only */
    __try {
        *Address = 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
#else
    return Address != NULL ? STATUS_ACCESS_VIOLATION : STATUS_SUCCESS;
#endif
}

extern "C" NTSTATUS NTAPI ModernObjects(VOID)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"objects");
    LARGE_INTEGER Now;

    KeQuerySystemTimePrecise(&Now);
    if (Touch((volatile UCHAR *)8) != STATUS_ACCESS_VIOLATION)
        return STATUS_UNSUCCESSFUL;
    switch (KindOf(0x80002000)) {
    case Kind::Known:
        DbgPrint("modern: %wZ, %u\n", &Name, min(ARRAYSIZE(L"four"), sizeof(ULONG64)));
    }
    return Now.QuadPart > 0 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
