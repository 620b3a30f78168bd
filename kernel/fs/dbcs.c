/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Matching names that need converting first: those in bytes, and expressions not yet in upper
 * case. */
#include "fs/fsp.h"
#include "fsrtl/fsrtl.h"

/*
 * FsRtlIsDbcsInExpression - FsRtlIsNameInExpression for names in bytes of the OEM code page; case
 * counts.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: whether it does; raises STATUS_INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlIsDbcsInExpression
 */
BOOLEAN NTAPI FsRtlIsDbcsInExpression(ANSI_STRING *Expression, ANSI_STRING *Name)
{
    UNICODE_STRING Wide = {0}, WideName = {0};
    NTSTATUS Status = RtlOemStringToCountedUnicodeString(&Wide, Expression, TRUE);
    BOOLEAN Fits = FALSE;

    if (NT_SUCCESS(Status))
        Status = RtlOemStringToCountedUnicodeString(&WideName, Name, TRUE);
    if (NT_SUCCESS(Status))
        Fits = FsRtlIsNameInExpression(&Wide, &WideName, FALSE, NULL);
    RtlFreeUnicodeString(&WideName);
    RtlFreeUnicodeString(&Wide);
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    return Fits;
}

/*
 * FsRtlIsNameInUnUpcasedExpression - FsRtlIsNameInExpression, the expression being put in upper
 * case first when case is ignored.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: whether it does; raises STATUS_INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlIsNameInUnUpcasedExpression
 */
BOOLEAN NTAPI FsRtlIsNameInUnUpcasedExpression(
    UNICODE_STRING *Expression, UNICODE_STRING *Name, BOOLEAN IgnoreCase, WCHAR *UpcaseTable)
{
    UNICODE_STRING Upper;
    BOOLEAN Fits;

    if (!IgnoreCase || Expression->Length == 0)
        return FsRtlIsNameInExpression(Expression, Name, IgnoreCase, UpcaseTable);
    if (!NT_SUCCESS(RtlUpcaseUnicodeString(&Upper, Expression, TRUE)))
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    Fits = FsRtlIsNameInExpression(&Upper, Name, TRUE, UpcaseTable);
    RtlFreeUnicodeString(&Upper);
    return Fits;
}
