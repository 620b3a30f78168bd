/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * File names against expressions with wild cards. Beside * and ? there are three characters that
 * stand for what DOS's wild cards meant: < (DOS_STAR) is any text up to the last dot, with it or
 * without, > (DOS_QM) one character or none before a dot or at the end, " (DOS_DOT) a dot or the
 * end.
 */
#include "fs/fsp.h"

#define FSP_DOS_STAR u'<'
#define FSP_DOS_QM u'>'
#define FSP_DOS_DOT u'"'

/*
 * FsRtlDoesNameContainWildCards - whether a name has one of the five characters in its last
 * component.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntifs/FsRtlDoesNameContainWildCards;
 * tests/kernel/fs/FsRtlIsNameInExpression.c
 */
BOOLEAN NTAPI FsRtlDoesNameContainWildCards(UNICODE_STRING *Name)
{
    for (ULONG Index = Name->Length / sizeof(WCHAR);
         Index-- != 0 && Name->Buffer[Index] != u'\\';) {
        WCHAR Character = Name->Buffer[Index];
        if (Character == u'*' || Character == u'?' || Character == FSP_DOS_STAR ||
            Character == FSP_DOS_QM || Character == FSP_DOS_DOT)
            return TRUE;
    }
    return FALSE;
}

typedef struct FSP_TEXT {
    const WCHAR *Text;
    ULONG Characters;
} FSP_TEXT;

static BOOLEAN FspIsLastDot(const FSP_TEXT *Name, ULONG At)
{
    if (Name->Text[At] != u'.')
        return FALSE;
    while (++At < Name->Characters) {
        if (Name->Text[At] == u'.')
            return FALSE;
    }
    return TRUE;
}

/*
 * Marks, for each place in the expression that can be reached before a character of the name, what
 * can be reached without taking one: * and < stand for nothing, > for nothing before a dot or at
 * the end, " for nothing at the end.
 */
static void FspSpread(const FSP_TEXT *Expression, const FSP_TEXT *Name, ULONG At, UCHAR *Reached)
{
    const BOOLEAN End = At == Name->Characters;
    for (ULONG Place = 0; Place < Expression->Characters; Place++) {
        WCHAR Wanted = Expression->Text[Place];
        if (Reached[Place] && (Wanted == u'*' || Wanted == FSP_DOS_STAR ||
                                  (Wanted == FSP_DOS_QM && (End || Name->Text[At] == u'.')) ||
                                  (Wanted == FSP_DOS_DOT && End)))
            Reached[Place + 1] = TRUE;
    }
}

/* Takes one character of the name: from Reached to Next. */
static void FspTake(const FSP_TEXT *Expression, const FSP_TEXT *Name, ULONG At, BOOLEAN IgnoreCase,
    const UCHAR *Reached, UCHAR *Next)
{
    WCHAR Character = IgnoreCase ? RtlUpcaseUnicodeChar(Name->Text[At]) : Name->Text[At];
    for (ULONG Place = 0; Place < Expression->Characters; Place++) {
        WCHAR Wanted = Expression->Text[Place];
        if (!Reached[Place])
            continue;
        if (Wanted == u'*' || (Wanted == FSP_DOS_STAR && !FspIsLastDot(Name, At)))
            Next[Place] = TRUE;
        if (Wanted == u'?' || Wanted == FSP_DOS_STAR ||
            (Wanted == FSP_DOS_QM && Character != u'.') ||
            (Wanted == FSP_DOS_DOT && Character == u'.') || Wanted == Character)
            Next[Place + 1] = TRUE;
    }
}

/*
 * FsRtlIsNameInExpression - whether a name fits an expression with wild cards.
 *
 * Expression: in upper case when IgnoreCase. UpcaseTable: not used; the system's own is.
 * IRQL:    PASSIVE_LEVEL
 * Returns: whether it does; FALSE also for expressions longer than 512 characters.
 * Source:  DOC ntifs/FsRtlIsNameInExpression; OBS tests/kernel/fs/FsRtlIsNameInExpression.c; INF <
 *          ends with the name's last dot, from public tests that pass on Windows
 */
BOOLEAN NTAPI FsRtlIsNameInExpression(
    UNICODE_STRING *Expression, UNICODE_STRING *Name, BOOLEAN IgnoreCase, WCHAR *UpcaseTable)
{
    enum { Places = 513 };
    UCHAR Sets[2][Places] = {{TRUE}};
    const FSP_TEXT Pattern = {Expression->Buffer, Expression->Length / sizeof(WCHAR)};
    const FSP_TEXT Text = {Name->Buffer, Name->Length / sizeof(WCHAR)};
    UCHAR *Reached = Sets[0], *Next = Sets[1];
    (void)UpcaseTable;
    if (Pattern.Characters >= Places)
        return FALSE;
    if (Pattern.Characters == 0 || Text.Characters == 0)
        return Pattern.Characters == Text.Characters;
    for (ULONG At = 0; At < Text.Characters; At++) {
        FspSpread(&Pattern, &Text, At, Reached);
        __builtin_memset(Next, 0, Pattern.Characters + 1);
        FspTake(&Pattern, &Text, At, IgnoreCase, Reached, Next);
        UCHAR *Other = Reached;
        Reached = Next;
        Next = Other;
    }
    FspSpread(&Pattern, &Text, Text.Characters, Reached);
    return Reached[Pattern.Characters];
}
