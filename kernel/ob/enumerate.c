/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Handle tables as drivers go through them. What a routine is shown is a copy, in the form entries
 * have in the Windows that is played; what it writes there stays without effect, and there is
 * nothing to unlock.
 */
#include "ob/entry.h"
#include "rtl/rtl.h"

#define OBP_VERSION_WIN8 0x602

/* An entry of Windows 8 and later: in the first word a bit that it is not locked, the header's
 * address from bit 20 on on x64. */
#if defined(__x86_64__)
#define OBP_SHOWN_LOW(Header) (1u | (((ULONG_PTR)(Header) >> 4) << 20))
#else
#define OBP_SHOWN_LOW(Header) (1u | (ULONG_PTR)(Header))
#endif

typedef struct OBP_SHOWN_ENTRY {
    ULONG_PTR Low, Granted;
} OBP_SHOWN_ENTRY;

typedef BOOLEAN (NTAPI *OBP_ENUM_OLD)(OBP_SHOWN_ENTRY *Entry, HANDLE Handle, void *Parameter);
typedef BOOLEAN(NTAPI *OBP_ENUM_NEW)(
    OB_HANDLE_TABLE *Table, OBP_SHOWN_ENTRY *Entry, HANDLE Handle, void *Parameter);

static BOOLEAN ObpShowEntry(OB_HANDLE_TABLE *Table, void *Object, const OBP_HANDLE_VALUE *Value,
    HANDLE Handle, void *Routine, void *Parameter)
{
    const RTLP_VERSION *Version = RtlpCurrentVersion();
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    OBP_SHOWN_ENTRY Entry = {OBP_SHOWN_LOW(Header), Value->Granted};
    if ((Version->Major << 8 | Version->Minor) >= OBP_VERSION_WIN8)
        return ((OBP_ENUM_NEW)(ULONG_PTR)Routine)(Table, &Entry, Handle, Parameter);
    Entry.Low = (ULONG_PTR)Header | (Value->Attributes & OBJ_INHERIT);
    return ((OBP_ENUM_OLD)(ULONG_PTR)Routine)(&Entry, Handle, Parameter);
}

/*
 * ExEnumHandleTable - call a routine for each entry of a handle table, until it returns TRUE.
 *
 * HandleTable: one of this machine. EnumHandleProcedure: BOOLEAN (Entry, Handle, Parameter); from
 *              Windows 8 on with the table before them. Handle: out, optional; of the entry it
 *              stopped at.
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: a routine did; FALSE: none did, or that is no table.
 * Source:  INF, undocumented: declared in drivers that use it; tests/unit/ob/enumerate_test.c
 */
BOOLEAN NTAPI ExEnumHandleTable(
    OB_HANDLE_TABLE *HandleTable, void *EnumHandleProcedure, void *EnumParameter, HANDLE *Handle)
{
    BOOLEAN Stopped = FALSE;
    if (!ObpIsTable(HandleTable))
        return FALSE;
    const ULONG End = __atomic_load_n(&HandleTable->NextFresh, __ATOMIC_RELAXED);
    for (ULONG Index = 1; Index < End && !Stopped; Index++) {
        const ULONG_PTR Number = (ULONG_PTR)Index << 2;
        OBP_HANDLE_VALUE Value;
        void *Object;
        if (!NT_SUCCESS(ObpReferenceInTable(HandleTable, Number, &Object, &Value)))
            continue;
        Stopped = ObpShowEntry(
            HandleTable, Object, &Value, (HANDLE)Number, EnumHandleProcedure, EnumParameter);
        if (Stopped && Handle != NULL)
            *Handle = (HANDLE)Number;
        ObfDereferenceObject(Object);
    }
    return Stopped;
}
