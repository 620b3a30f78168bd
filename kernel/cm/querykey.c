/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Information about keys: NtQueryKey of the key itself, NtEnumerateKey of those in it. */
#include "cm/cmp.h"

/* ---- describing ------------------------------------------------------------------------------ */

typedef struct CMP_MAXIMA {
    ULONG Name, Class, ValueName, ValueData; /* bytes */
} CMP_MAXIMA;

static void CmpRaise(ULONG *Maximum, ULONG Bytes)
{
    if (*Maximum < Bytes)
        *Maximum = Bytes;
}

static CMP_MAXIMA CmpMaximaOf(const CMP_NODE *Node)
{
    CMP_MAXIMA Maxima = {0};
    for (unsigned Kind = 0; Kind < 2; Kind++) {
        for (ULONG Index = 0; Index < Node->Child[Kind].Count; Index++) {
            CmpRaise(&Maxima.Name, Node->Child[Kind].Node[Index]->Name.Length);
            CmpRaise(&Maxima.Class, Node->Child[Kind].Node[Index]->Class.Length);
        }
    }
    for (ULONG Index = 0; Index < Node->ValueCount; Index++) {
        CmpRaise(&Maxima.ValueName, Node->Value[Index]->NameBytes);
        CmpRaise(&Maxima.ValueData, Node->Value[Index]->DataBytes);
    }
    return Maxima;
}

static void CmpAddPiece(
    CMP_ANSWER *Answer, unsigned Index, ULONG Offset, const UNICODE_STRING *Text)
{
    Answer->Piece[Index].Offset = Offset;
    Answer->Piece[Index].Bytes = Text->Length;
    Answer->Piece[Index].From = Text->Buffer;
    Answer->Required = Offset + Text->Length;
}

static void CmpDescribeNode(const CMP_NODE *Node, CMP_ANSWER *Answer)
{
    KEY_NODE_INFORMATION *Information = &Answer->Fixed.Node;
    Information->LastWriteTime = Node->LastWriteTime;
    Information->NameLength = Node->Name.Length;
    Information->ClassLength = Node->Class.Length;
    Information->ClassOffset = (ULONG)-1;
    Answer->Minimum = FIELD_OFFSET(KEY_NODE_INFORMATION, Name);
    CmpAddPiece(Answer, 0, Answer->Minimum, &Node->Name);
    if (Node->Class.Length != 0) {
        Information->ClassOffset = (Answer->Required + 3u) & ~3u;
        CmpAddPiece(Answer, 1, Information->ClassOffset, &Node->Class);
    }
}

static void CmpDescribeFullKey(const CMP_NODE *Node, CMP_ANSWER *Answer)
{
    KEY_FULL_INFORMATION *Information = &Answer->Fixed.Full;
    CMP_MAXIMA Maxima = CmpMaximaOf(Node);
    Information->LastWriteTime = Node->LastWriteTime;
    Information->ClassLength = Node->Class.Length;
    Information->ClassOffset =
        Node->Class.Length != 0 ? (ULONG)FIELD_OFFSET(KEY_FULL_INFORMATION, Class) : (ULONG)-1;
    Information->SubKeys = CmpChildCount(Node);
    Information->MaxNameLen = Maxima.Name;
    Information->MaxClassLen = Maxima.Class;
    Information->Values = Node->ValueCount;
    Information->MaxValueNameLen = Maxima.ValueName;
    Information->MaxValueDataLen = Maxima.ValueData;
    Answer->Minimum = FIELD_OFFSET(KEY_FULL_INFORMATION, Class);
    CmpAddPiece(Answer, 0, Answer->Minimum, &Node->Class);
}

static void CmpDescribeCached(const CMP_NODE *Node, CMP_ANSWER *Answer)
{
    KEY_CACHED_INFORMATION *Information = &Answer->Fixed.Cached;
    CMP_MAXIMA Maxima = CmpMaximaOf(Node);
    Information->LastWriteTime = Node->LastWriteTime;
    Information->SubKeys = CmpChildCount(Node);
    Information->MaxNameLen = Maxima.Name;
    Information->Values = Node->ValueCount;
    Information->MaxValueNameLen = Maxima.ValueName;
    Information->MaxValueDataLen = Maxima.ValueData;
    Information->NameLength = Node->Name.Length;
    Answer->Minimum = Answer->Required = sizeof(*Information);
}

/* Path: room for the name the answer's piece points to; the caller frees it after rendering. */
static NTSTATUS CmpDescribeKey(
    const CMP_NODE *Node, KEY_INFORMATION_CLASS Class, CMP_ANSWER *Answer, UNICODE_STRING *Path)
{
    NTSTATUS Status;
    __builtin_memset(Answer, 0, FIELD_OFFSET(CMP_ANSWER, Local));
    switch (Class) {
    case KeyBasicInformation:
        Answer->Fixed.Basic.LastWriteTime = Node->LastWriteTime;
        Answer->Fixed.Basic.NameLength = Node->Name.Length;
        Answer->Minimum = FIELD_OFFSET(KEY_BASIC_INFORMATION, Name);
        CmpAddPiece(Answer, 0, Answer->Minimum, &Node->Name);
        return STATUS_SUCCESS;
    case KeyNodeInformation:
        CmpDescribeNode(Node, Answer);
        return STATUS_SUCCESS;
    case KeyFullInformation:
        CmpDescribeFullKey(Node, Answer);
        return STATUS_SUCCESS;
    case KeyCachedInformation:
        CmpDescribeCached(Node, Answer);
        return STATUS_SUCCESS;
    case KeyNameInformation:
        Status = CmpPathOf(Node, Path);
        if (!NT_SUCCESS(Status))
            return Status;
        Answer->Fixed.Name.NameLength = Path->Length;
        Answer->Minimum = FIELD_OFFSET(KEY_NAME_INFORMATION, Name);
        CmpAddPiece(Answer, 0, Answer->Minimum, Path);
        return STATUS_SUCCESS;
    case KeyVirtualizationInformation: /* nothing is virtualized */
    case KeyHandleTagsInformation:     /* no handle has tags */
        Answer->Minimum = Answer->Required = sizeof(ULONG);
        return STATUS_SUCCESS;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

static void CmpAnswerKey(const CMP_NODE *Node, const CMP_QUESTION *Question, CMP_ANSWER *Answer)
{
    UNICODE_STRING Path = {0};
    NTSTATUS Status = CmpDescribeKey(Node, (KEY_INFORMATION_CLASS)Question->Class, Answer, &Path);
    CmpRender(Answer, Question->Length, Status);
    CmpFreeText(&Path);
}

static void CmpAnswerSubKey(const CMP_NODE *Node, const CMP_QUESTION *Question, CMP_ANSWER *Answer)
{
    const CMP_NODE *Child = CmpChildAt(Node, Question->Index);
    if (Child == NULL)
        CmpRender(Answer, 0, STATUS_NO_MORE_ENTRIES);
    else
        CmpAnswerKey(Child, Question, Answer);
}

/* ---- services -------------------------------------------------------------------------------- */

static BOOLEAN CmpIsKeyClass(KEY_INFORMATION_CLASS Class)
{
    return Class <= KeyCachedInformation || Class == KeyVirtualizationInformation ||
        Class == KeyHandleTagsInformation;
}

/*
 * NtQueryKey - information about a key.
 *
 * KeyInformationClass: KeyBasic-, KeyNode-, KeyFull-, KeyName-, KeyCached-, KeyVirtualization- or
 *          KeyHandleTagsInformation. KeyName- and KeyHandleTagsInformation need no access, others
 *          KEY_QUERY_VALUE.
 * ResultLength: bytes of all of the information, unless the call fails in another way than for lack
 * of room.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_OVERFLOW: Length bytes of it were returned; BUFFER_TOO_SMALL: nothing
 *          was; INVALID_PARAMETER: the class; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED,
 *          KEY_DELETED, ACCESS_VIOLATION, INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/ZwQueryKey, KEY_*_INFORMATION
 */
NTSTATUS NTAPI NtQueryKey(HANDLE KeyHandle, KEY_INFORMATION_CLASS KeyInformationClass,
    void *KeyInformation, ULONG Length, ULONG *ResultLength)
{
    ACCESS_MASK Needed = KeyInformationClass == KeyNameInformation ||
            KeyInformationClass == KeyHandleTagsInformation
        ? 0
        : KEY_QUERY_VALUE;

    if (!CmpIsKeyClass(KeyInformationClass))
        return STATUS_INVALID_PARAMETER;
    REG_QUERY_KEY_INFORMATION Information = {.KeyInformationClass = KeyInformationClass,
        .KeyInformation = KeyInformation,
        .Length = Length,
        .ResultLength = ResultLength};
    const CMP_QUESTION Question = {.Access = Needed,
        .Pre = RegNtPreQueryKey,
        .Post = RegNtPostQueryKey,
        .Information = &Information,
        .Buffer = KeyInformation,
        .Length = Length,
        .ResultLength = ResultLength,
        .Class = KeyInformationClass,
        .Answer = CmpAnswerKey};
    return CmpAsk(KeyHandle, &Question);
}

/*
 * NtEnumerateKey - information about a key's subkey number Index: first those that are not
 * volatile, by name, then the volatile ones.
 *
 * KeyInformationClass: KeyBasic-, KeyNode- or KeyFullInformation.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQueryKey; NO_MORE_ENTRIES: there is no such subkey. Needs KEY_ENUMERATE_SUB_KEYS.
 * Source:  DOC wdm/ZwEnumerateKey
 */
NTSTATUS NTAPI NtEnumerateKey(HANDLE KeyHandle, ULONG Index,
    KEY_INFORMATION_CLASS KeyInformationClass, void *KeyInformation, ULONG Length,
    ULONG *ResultLength)
{
    if (KeyInformationClass > KeyFullInformation)
        return STATUS_INVALID_PARAMETER;
    REG_ENUMERATE_KEY_INFORMATION Information = {.Index = Index,
        .KeyInformationClass = KeyInformationClass,
        .KeyInformation = KeyInformation,
        .Length = Length,
        .ResultLength = ResultLength};
    const CMP_QUESTION Question = {.Access = KEY_ENUMERATE_SUB_KEYS,
        .Pre = RegNtPreEnumerateKey,
        .Post = RegNtPostEnumerateKey,
        .Information = &Information,
        .Buffer = KeyInformation,
        .Length = Length,
        .ResultLength = ResultLength,
        .Class = KeyInformationClass,
        .Index = Index,
        .Answer = CmpAnswerSubKey};
    return CmpAsk(KeyHandle, &Question);
}
