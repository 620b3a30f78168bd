/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * .reg files, in UTF-8 and either of the two headers there are: keys made and deleted, values of every type set and deleted.
 * hex data of the string types are UTF-16 as in version 5.00, whatever the header. Refuses what it does not understand,
 * by line.
 */
#include "cm/cmp.h"

typedef struct CMP_IMPORT {
    const char *At, *End;
    ULONG Line;
    UNICODE_STRING Key; /* of RtlpFromUtf8; Buffer NULL: none yet, or it was deleted */
    char *Text;         /* pool: a name or a string without its escapes, a line's length at most */
    UCHAR *Data;        /* pool: hex data, as much */
} CMP_IMPORT;

/* ---- characters ------------------------------------------------------------------------------ */

static BOOLEAN CmpAtEnd(const CMP_IMPORT *Import)
{
    return Import->At == Import->End;
}

static BOOLEAN CmpAtLineEnd(const CMP_IMPORT *Import)
{
    return CmpAtEnd(Import) || *Import->At == '\n' || *Import->At == '\r';
}

static void CmpSkipBlanks(CMP_IMPORT *Import)
{
    while (!CmpAtEnd(Import) && (*Import->At == ' ' || *Import->At == '\t'))
        Import->At++;
}

static void CmpSkipLine(CMP_IMPORT *Import)
{
    while (!CmpAtEnd(Import) && *Import->At != '\n')
        Import->At++;
    if (!CmpAtEnd(Import)) {
        Import->At++;
        Import->Line++;
    }
}

static BOOLEAN CmpTake(CMP_IMPORT *Import, const char *Word)
{
    const char *At = Import->At;
    for (; *Word != 0; Word++, At++) {
        if (At == Import->End || *At != *Word)
            return FALSE;
    }
    Import->At = At;
    return TRUE;
}

static int CmpHexDigit(char Character)
{
    if (Character >= '0' && Character <= '9')
        return Character - '0';
    if (Character >= 'a' && Character <= 'f')
        return Character - 'a' + 10;
    if (Character >= 'A' && Character <= 'F')
        return Character - 'A' + 10;
    return -1;
}

/* Up to eight digits; FALSE: none, or more. */
static BOOLEAN CmpTakeHex(CMP_IMPORT *Import, ULONG *Value)
{
    ULONG Digits = 0;
    *Value = 0;
    for (int Digit; !CmpAtEnd(Import) && (Digit = CmpHexDigit(*Import->At)) >= 0; Import->At++, Digits++)
        *Value = *Value << 4 | (ULONG)Digit;
    return Digits != 0 && Digits <= 8;
}

/* "text" with \\ and \" in it, into Import->Text, terminated. */
static BOOLEAN CmpTakeQuoted(CMP_IMPORT *Import)
{
    char *To = Import->Text;
    if (!CmpTake(Import, "\""))
        return FALSE;
    while (!CmpAtEnd(Import) && *Import->At != '"') {
        if (*Import->At == '\\' && ++Import->At == Import->End)
            return FALSE;
        if (*Import->At == 0 || *Import->At == '\n')
            return FALSE;
        *To++ = *Import->At++;
    }
    *To = 0;
    return CmpTake(Import, "\"");
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void CmpForgetKey(CMP_IMPORT *Import)
{
    if (Import->Key.Buffer != NULL)
        RtlpFree(Import->Key.Buffer);
    Import->Key = (UNICODE_STRING){0};
}

static NTSTATUS CmpImportKey(CMP_IMPORT *Import)
{
    BOOLEAN Delete = CmpTake(Import, "-");
    const char *Start = Import->At, *Close = NULL;
    for (; !CmpAtLineEnd(Import); Import->At++) {
        if (*Import->At == ']')
            Close = Import->At;
    }
    if (Close == NULL)
        return STATUS_INVALID_PARAMETER;
    __builtin_memcpy(Import->Text, Start, (SIZE_T)(Close - Start));
    Import->Text[Close - Start] = 0;
    CmpForgetKey(Import);
    if (!RtlpFromUtf8(Import->Text, &Import->Key))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!Delete)
        return CmiCreateKeyPath(&Import->Key);
    NTSTATUS Status = CmiDeleteKeyPath(&Import->Key);
    CmpForgetKey(Import);
    return Status;
}

/* hex data up to the end of the line; a backslash goes on with the next. */
static BOOLEAN CmpTakeBytes(CMP_IMPORT *Import, ULONG *Bytes)
{
    *Bytes = 0;
    for (CmpSkipBlanks(Import); !CmpAtLineEnd(Import); CmpSkipBlanks(Import)) {
        ULONG Value;
        if (CmpTake(Import, "\\")) {
            CmpSkipLine(Import);
            continue;
        }
        if (!CmpTakeHex(Import, &Value) || Value > 0xFF)
            return FALSE;
        Import->Data[(*Bytes)++] = (UCHAR)Value;
        CmpSkipBlanks(Import);
        if (!CmpTake(Import, ",") && !CmpAtLineEnd(Import))
            return FALSE;
    }
    return TRUE;
}

static NTSTATUS CmpImportString(CMP_IMPORT *Import, const UNICODE_STRING *Name)
{
    UNICODE_STRING Text;
    if (!CmpTakeQuoted(Import))
        return STATUS_INVALID_PARAMETER;
    if (!RtlpFromUtf8(Import->Text, &Text))
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = CmiSetValue(&Import->Key, Name, REG_SZ, Text.Buffer, Text.Length + (ULONG)sizeof(WCHAR));
    RtlpFree(Text.Buffer);
    return Status;
}

static NTSTATUS CmpImportData(CMP_IMPORT *Import, const UNICODE_STRING *Name)
{
    ULONG Number, Type = REG_BINARY;
    if (CmpTake(Import, "-"))
        return CmiDeleteValue(&Import->Key, Name);
    if (CmpTake(Import, "dword:"))
        return CmpTakeHex(Import, &Number) ? CmiSetValue(&Import->Key, Name, REG_DWORD, &Number, sizeof(Number))
                                           : STATUS_INVALID_PARAMETER;
    if (!CmpTake(Import, "hex"))
        return CmpImportString(Import, Name);
    if (CmpTake(Import, "(") && !(CmpTakeHex(Import, &Type) && CmpTake(Import, ")")))
        return STATUS_INVALID_PARAMETER;
    if (!CmpTake(Import, ":") || !CmpTakeBytes(Import, &Number))
        return STATUS_INVALID_PARAMETER;
    return CmiSetValue(&Import->Key, Name, Type, Import->Data, Number);
}

static NTSTATUS CmpImportValue(CMP_IMPORT *Import)
{
    UNICODE_STRING Name = {0};
    if (Import->Key.Buffer == NULL)
        return STATUS_INVALID_PARAMETER;
    if (!CmpTake(Import, "@")) {
        if (!CmpTakeQuoted(Import))
            return STATUS_INVALID_PARAMETER;
        if (!RtlpFromUtf8(Import->Text, &Name))
            return STATUS_INSUFFICIENT_RESOURCES;
    }
    CmpSkipBlanks(Import);
    NTSTATUS Status = STATUS_INVALID_PARAMETER;
    if (CmpTake(Import, "=")) {
        CmpSkipBlanks(Import);
        Status = CmpImportData(Import, &Name);
    }
    if (Name.Buffer != NULL)
        RtlpFree(Name.Buffer);
    return Status;
}

static NTSTATUS CmpImportLine(CMP_IMPORT *Import)
{
    NTSTATUS Status = STATUS_SUCCESS;
    CmpSkipBlanks(Import);
    if (CmpAtLineEnd(Import) || *Import->At == ';') {
        CmpSkipLine(Import);
        return STATUS_SUCCESS;
    }
    Status = CmpTake(Import, "[") ? CmpImportKey(Import) : CmpImportValue(Import);
    if (!NT_SUCCESS(Status))
        return Status;
    CmpSkipBlanks(Import);
    if (!CmpAtLineEnd(Import))
        return STATUS_INVALID_PARAMETER;
    CmpSkipLine(Import);
    return STATUS_SUCCESS;
}

/* ---- the file -------------------------------------------------------------------------------- */

NTSTATUS CmiImportText(const char *Text, SIZE_T Bytes, ULONG *Line)
{
    CMP_IMPORT Import = {.At = Text, .End = Text + Bytes, .Line = 1};
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;

    CmpTake(&Import, "\xEF\xBB\xBF");
    *Line = 1;
    if (!CmpTake(&Import, "Windows Registry Editor Version 5.00") && !CmpTake(&Import, "REGEDIT4"))
        return STATUS_INVALID_PARAMETER;
    CmpSkipLine(&Import);
    Import.Text = ExiAllocate(PagedPool, Bytes + 1, CMP_TAG_BUFFER, EX_KERNEL_SITE);
    Import.Data = ExiAllocate(PagedPool, Bytes + 1, CMP_TAG_BUFFER, EX_KERNEL_SITE);
    if (Import.Text != NULL && Import.Data != NULL)
        Status = STATUS_SUCCESS;
    while (NT_SUCCESS(Status) && !CmpAtEnd(&Import)) {
        *Line = Import.Line;
        Status = CmpImportLine(&Import);
    }
    CmpForgetKey(&Import);
    if (Import.Text != NULL)
        ExiFree(Import.Text);
    if (Import.Data != NULL)
        ExiFree(Import.Data);
    return Status;
}
