/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reading a token through a handle. Handles of tokens nobody can have yet (nothing opens them); the pseudo handles of
 * the current process's and thread's token are what callers use.
 */
#include "ke/zw.h"
#include "se/sep.h"

#define SEP_PROCESS_TOKEN   ((HANDLE)(LONG_PTR)-4)
#define SEP_EFFECTIVE_TOKEN ((HANDLE)(LONG_PTR)-6)

static NTSTATUS SepReferenceToken(HANDLE Handle, SE_TOKEN **Token)
{
    if (Handle != SEP_PROCESS_TOKEN && Handle != SEP_EFFECTIVE_TOKEN)
        return ObReferenceObjectByHandle(
            Handle, TOKEN_QUERY, SeTokenObjectType, KiPreviousMode(), (void **)Token, NULL);
    *Token = SeCurrentToken != NULL ? SeCurrentToken() : NULL;
    if (*Token == NULL)
        *Token = SeiSystemToken;
    ObiReference(*Token);
    return STATUS_SUCCESS;
}

/* Bytes of a class that is a SID behind a pointer: *Fixed what is before the SID. 0: the class is none of these. */
static ULONG SepFixedBytes(TOKEN_INFORMATION_CLASS Class)
{
    switch (Class) {
    case TokenUser:
    case TokenIntegrityLevel:
        return sizeof(SID_AND_ATTRIBUTES);
    case TokenOwner:
    case TokenPrimaryGroup:
        return sizeof(PSID);
    default:
        return 0;
    }
}

/*
 * Block: SeQueryInformationToken's, with the SID right behind the fixed part; its pointer is to lead into the
 * caller's buffer.
 */
static NTSTATUS SepDeliverSid(void *Block, ULONG Fixed, void *Buffer, ULONG Length, ULONG *ReturnLength)
{
    const SID *Sid = *(PSID *)Block;
    ULONG Bytes = Fixed + SepSidBytes(Sid);
    KPROCESSOR_MODE Mode = KiPreviousMode();
    PSID Moved = (UCHAR *)Buffer + Fixed;

    NTSTATUS Status = ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Length < Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    Status = ObiWriteCaller(Moved, Sid, Bytes - Fixed, Mode);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(Buffer, Block, Fixed, Mode);
    return NT_SUCCESS(Status) ? ObiWriteCaller(Buffer, &Moved, sizeof(Moved), Mode) : Status;
}

static NTSTATUS SepDeliverNumber(ULONG Number, void *Buffer, ULONG Length, ULONG *ReturnLength)
{
    const ULONG Bytes = sizeof(Number);
    NTSTATUS Status = ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), KiPreviousMode());
    if (NT_SUCCESS(Status) && Length < Bytes)
        Status = STATUS_BUFFER_TOO_SMALL;
    return NT_SUCCESS(Status) ? ObiWriteCaller(Buffer, &Number, sizeof(Number), KiPreviousMode()) : Status;
}

/*
 * NtQueryInformationToken - reads a token: TokenUser, TokenOwner, TokenPrimaryGroup, TokenIntegrityLevel, TokenType,
 * TokenElevation, TokenSessionId.
 *
 * TokenHandle: of a token, with TOKEN_QUERY; -4 and -6 stand for the process's and the thread's own.
 * TokenInformation: pointers in it lead to what is behind the fixed part. ReturnLength: bytes of all of it.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_INFO_CLASS; ACCESS_VIOLATION; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 *          ACCESS_DENIED; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/ZwQueryInformationToken; processthreadsapi/GetCurrentThreadEffectiveToken
 */
NTSTATUS NTAPI NtQueryInformationToken(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
    void *TokenInformation, ULONG TokenInformationLength, ULONG *ReturnLength)
{
    const ULONG Fixed = SepFixedBytes(TokenInformationClass);
    const BOOLEAN Number = TokenInformationClass == TokenType || TokenInformationClass == TokenElevation ||
                           TokenInformationClass == TokenSessionId;
    void *Answer = NULL; /* a block, or the number of TokenSessionId */
    SE_TOKEN *Token;

    if (Fixed == 0 && !Number)
        return STATUS_INVALID_INFO_CLASS;
    NTSTATUS Status = ObiProbeOutput(ReturnLength, sizeof(ULONG), sizeof(ULONG), KiPreviousMode());
    if (NT_SUCCESS(Status) && TokenInformationLength != 0)
        Status = ObiProbeOutput(TokenInformation, TokenInformationLength, sizeof(ULONG), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = SepReferenceToken(TokenHandle, &Token);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SeQueryInformationToken(Token, TokenInformationClass, &Answer);
    ObfDereferenceObject(Token);
    if (!NT_SUCCESS(Status))
        return Status;
    if (TokenInformationClass == TokenSessionId)
        return SepDeliverNumber((ULONG)(ULONG_PTR)Answer, TokenInformation, TokenInformationLength, ReturnLength);
    if (Number)
        Status = SepDeliverNumber(*(ULONG *)Answer, TokenInformation, TokenInformationLength, ReturnLength);
    else
        Status = SepDeliverSid(Answer, Fixed, TokenInformation, TokenInformationLength, ReturnLength);
    ExiFree(Answer);
    return Status;
}

NTSTATUS NTAPI ZwQueryInformationToken(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
    void *TokenInformation, ULONG TokenInformationLength, ULONG *ReturnLength)
{
    return ZW_CALL(QueryInformationToken,
        (TokenHandle, TokenInformationClass, TokenInformation, TokenInformationLength, ReturnLength));
}
