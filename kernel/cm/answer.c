/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Information about keys and values as Windows lays it out: a fixed part, names, classes, data
 * behind it. A caller with less room than the fixed part takes gets STATUS_BUFFER_TOO_SMALL and
 * nothing; with less than all of it, STATUS_BUFFER_OVERFLOW and what fits. Both say how much there
 * is.
 */
#include "cm/cmp.h"

static void CmpWrite(CMP_ANSWER *Answer, ULONG Offset, const void *From, ULONG Bytes)
{
    if (Bytes == 0 || Offset >= Answer->Used)
        return;
    ULONG Room = Answer->Used - Offset;
    __builtin_memcpy(Answer->Out + Offset, From, Bytes < Room ? Bytes : Room);
}

void CmpRender(CMP_ANSWER *Answer, ULONG Length, NTSTATUS Status)
{
    Answer->Used = 0;
    Answer->Out = Answer->Local;
    Answer->Status = Status;
    if (!NT_SUCCESS(Status))
        return;
    if (Length < Answer->Minimum) {
        Answer->Status = STATUS_BUFFER_TOO_SMALL;
        return;
    }
    ULONG Used = Length < Answer->Required ? Length : Answer->Required;
    if (Used > sizeof(Answer->Local))
        Answer->Out = ExiAllocate(PagedPool, Used, CMP_TAG_BUFFER, EX_KERNEL_SITE);
    if (Answer->Out == NULL) {
        Answer->Status = STATUS_INSUFFICIENT_RESOURCES;
        return;
    }
    Answer->Used = Used;
    Answer->Status = Length < Answer->Required ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
    __builtin_memset(Answer->Out, 0, Used);
    CmpWrite(Answer, 0, Answer->Fixed.Bytes, Answer->Minimum);
    for (unsigned Index = 0; Index < 2; Index++)
        CmpWrite(Answer, Answer->Piece[Index].Offset, Answer->Piece[Index].From,
            Answer->Piece[Index].Bytes);
}

NTSTATUS CmpDeliver(CMP_ANSWER *Answer, void *Buffer, ULONG *ResultLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = Answer->Status, Written = STATUS_SUCCESS;
    if (Answer->Used != 0)
        Written = ObiWriteCaller(Buffer, Answer->Out, Answer->Used, Mode);
    if (Answer->Out != NULL && Answer->Out != Answer->Local)
        ExiFree(Answer->Out);
    if (NT_SUCCESS(Status) || Status == STATUS_BUFFER_OVERFLOW ||
        Status == STATUS_BUFFER_TOO_SMALL) {
        if (NT_SUCCESS(Written))
            Written = ObiWriteCaller(ResultLength, &Answer->Required, sizeof(ULONG), Mode);
    }
    return NT_SUCCESS(Written) ? Status : Written;
}

NTSTATUS CmpProbeAnswer(const void *Buffer, ULONG Length, const ULONG *ResultLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = STATUS_SUCCESS;
    if (Length != 0)
        Status = ObiProbeOutput(Buffer, Length, sizeof(ULONG), Mode);
    return NT_SUCCESS(Status) ? ObiProbeOutput(ResultLength, sizeof(ULONG), sizeof(ULONG), Mode)
                              : Status;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void CmpDescribeFull(
    const CMP_VALUE *Value, const UNICODE_STRING *Name, ULONG Alignment, CMP_ANSWER *Answer)
{
    KEY_VALUE_FULL_INFORMATION *Full = &Answer->Fixed.ValueFull;
    ULONG Offset = FIELD_OFFSET(KEY_VALUE_FULL_INFORMATION, Name) + Name->Length;
    Full->Type = Value->Type;
    Full->DataLength = Value->DataBytes;
    Full->DataOffset = (ULONG)-1;
    Full->NameLength = Name->Length;
    Answer->Minimum = FIELD_OFFSET(KEY_VALUE_FULL_INFORMATION, Name);
    if (Value->DataBytes != 0) {
        Offset = (Offset + Alignment - 1) & ~(Alignment - 1);
        Full->DataOffset = Offset;
        Answer->Piece[1].Offset = Offset;
        Answer->Piece[1].Bytes = Value->DataBytes;
        Answer->Piece[1].From = Value->Data;
    }
    Answer->Required = Offset + Value->DataBytes;
}

NTSTATUS CmpDescribeValue(
    const CMP_VALUE *Value, KEY_VALUE_INFORMATION_CLASS Class, CMP_ANSWER *Answer)
{
    UNICODE_STRING Name = CmpValueName(Value);
    __builtin_memset(Answer, 0, FIELD_OFFSET(CMP_ANSWER, Local));
    Answer->Piece[0].From = Name.Buffer;
    Answer->Piece[0].Bytes = Name.Length;
    switch (Class) {
    case KeyValueBasicInformation:
        Answer->Fixed.ValueBasic.Type = Value->Type;
        Answer->Fixed.ValueBasic.NameLength = Name.Length;
        Answer->Minimum = FIELD_OFFSET(KEY_VALUE_BASIC_INFORMATION, Name);
        Answer->Required = Answer->Minimum + Name.Length;
        break;
    case KeyValueFullInformation:
        CmpDescribeFull(Value, &Name, sizeof(ULONG), Answer);
        break;
    case KeyValueFullInformationAlign64:
        CmpDescribeFull(Value, &Name, sizeof(ULONG64), Answer);
        break;
    case KeyValuePartialInformation:
        Answer->Fixed.ValuePartial.Type = Value->Type;
        Answer->Fixed.ValuePartial.DataLength = Value->DataBytes;
        Answer->Minimum = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
        break;
    case KeyValuePartialInformationAlign64:
        Answer->Fixed.ValuePartial64.Type = Value->Type;
        Answer->Fixed.ValuePartial64.DataLength = Value->DataBytes;
        Answer->Minimum = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION_ALIGN64, Data);
        break;
    default:
        return STATUS_INVALID_PARAMETER;
    }
    Answer->Piece[0].Offset = Answer->Minimum;
    if (Answer->Required == 0) { /* partial: the data in the name's place */
        Answer->Required = Answer->Minimum + Value->DataBytes;
        Answer->Piece[0].From = Value->Data;
        Answer->Piece[0].Bytes = Value->DataBytes;
    }
    return STATUS_SUCCESS;
}

/* ---- the whole way --------------------------------------------------------------------------- */

C_ASSERT(FIELD_OFFSET(REG_QUERY_KEY_INFORMATION, Object) == 0 &&
         FIELD_OFFSET(REG_ENUMERATE_KEY_INFORMATION, Object) == 0 &&
         FIELD_OFFSET(REG_QUERY_VALUE_KEY_INFORMATION, Object) == 0 &&
         FIELD_OFFSET(REG_ENUMERATE_VALUE_KEY_INFORMATION, Object) == 0);

NTSTATUS CmpAsk(HANDLE KeyHandle, const CMP_QUESTION *Question)
{
    CMP_ANSWER Answer;
    CMP_KEY *Key;
    NTSTATUS Status = CmpReferenceKey(KeyHandle, Question->Access, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpProbeAnswer(Question->Buffer, Question->Length, Question->ResultLength);
    if (NT_SUCCESS(Status) && Question->Given != NULL)
        Status = CmpCaptureValueName(Question->Given, Question->Name);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Key);
        return Status;
    }
    *(void **)Question->Information = Key;
    CMP_OPERATION Operation = {
        Question->Pre, Question->Post, Key, Question->Information, NULL, 0, FALSE};
    Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS) {
        CmpAcquire();
        if (CmpIsDeleted(Key))
            CmpRender(&Answer, 0, STATUS_KEY_DELETED);
        else
            Question->Answer(Key->Node, Question, &Answer);
        CmpRelease();
        Status = CmpDeliver(&Answer, Question->Buffer, Question->ResultLength);
    }
    Status = CmpAfter(&Operation, Key, Status);
    ObfDereferenceObject(Key);
    return Status;
}
