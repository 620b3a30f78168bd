/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Environment variables in values of type REG_EXPAND_SZ. */
#include "cm/cmp.h"
#include "cm/rtlkey.h"

static const WCHAR CmpSystemEnvironment[] =
    u"OS=Windows_NT\0SystemDrive=C:\0SystemRoot=C:\\Windows\0windir=C:\\Windows\0";

/* Where the text goes; NULL: it is only measured. */
typedef struct CMP_EXPANSION {
    WCHAR *To;
    SIZE_T Length; /* characters */
} CMP_EXPANSION;

static void CmpAppend(CMP_EXPANSION *Expansion, const WCHAR *Text, SIZE_T Length)
{
    if (Expansion->To != NULL && Length != 0)
        __builtin_memcpy(Expansion->To + Expansion->Length, Text, Length * sizeof(WCHAR));
    Expansion->Length += Length;
}

/* The value of a variable, NULL: there is none. */
static const WCHAR *CmpFindVariable(const WCHAR *Environment, const WCHAR *Name, SIZE_T Length)
{
    while (*Environment != 0) {
        SIZE_T Whole = RtlpWcsLength(Environment);
        if (Whole > Length && Environment[Length] == '=' &&
            RtlCompareUnicodeStrings(Environment, Length, Name, Length, TRUE) == 0)
            return Environment + Length + 1;
        Environment += Whole + 1;
    }
    return NULL;
}

static void CmpExpand(
    CMP_EXPANSION *Expansion, const WCHAR *Text, SIZE_T Length, const WCHAR *Environment)
{
    SIZE_T At = 0;
    while (At < Length) {
        SIZE_T End = At + 1;
        while (End < Length && Text[End] != '%')
            End++;
        const WCHAR *Value = NULL;
        if (Text[At] == '%' && End < Length && End > At + 1)
            Value = CmpFindVariable(Environment, Text + At + 1, End - At - 1);
        if (Value != NULL) {
            CmpAppend(Expansion, Value, RtlpWcsLength(Value));
            At = End + 1;
        } else {
            /* Up to the next sign, which may be the first of a pair. */
            CmpAppend(Expansion, Text + At, End - At);
            At = End;
        }
    }
}

NTSTATUS CmpExpandText(
    const WCHAR *Text, SIZE_T Characters, const WCHAR *Environment, WCHAR **Result, ULONG *Bytes)
{
    CMP_EXPANSION Expansion = {NULL, 0};
    if (Environment == NULL)
        Environment = CmpSystemEnvironment;
    for (SIZE_T Index = 0; Index < Characters; Index++) {
        if (Text[Index] == 0)
            Characters = Index;
    }
    CmpExpand(&Expansion, Text, Characters, Environment);
    SIZE_T Length = Expansion.Length;
    if (Length > CMP_DATA_LIMIT / sizeof(WCHAR) - 1)
        return STATUS_INSUFFICIENT_RESOURCES;
    WCHAR *Buffer = ExiAllocate(
        PagedPool, (Length + 1) * sizeof(WCHAR), CMP_TAG_BUFFER, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Expansion = (CMP_EXPANSION){Buffer, 0};
    CmpExpand(&Expansion, Text, Characters, Environment);
    Buffer[Length] = 0;
    *Result = Buffer;
    *Bytes = (ULONG)((Length + 1) * sizeof(WCHAR));
    return STATUS_SUCCESS;
}
