/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Reading a token through a handle, or through one of the pseudo handles of the current process's
 * and thread's token. */
#include "ke/zw.h"
#include "se/sep.h"

#define SEP_PROCESS_TOKEN   ((HANDLE)(LONG_PTR)-4)
#define SEP_THREAD_TOKEN    ((HANDLE)(LONG_PTR)-5)
#define SEP_EFFECTIVE_TOKEN ((HANDLE)(LONG_PTR)-6)

static NTSTATUS SepReferencePseudo(HANDLE Handle, SE_TOKEN **Token)
{
    SECURITY_SUBJECT_CONTEXT Context;
    SepCaptureCurrent(&Context);
    SE_TOKEN *Found = Handle == SEP_PROCESS_TOKEN  ? Context.PrimaryToken
                      : Handle == SEP_THREAD_TOKEN ? Context.ClientToken
                                                   : SepContextToken(&Context);
    if (Found != NULL)
        ObiReference(Found);
    SeReleaseSubjectContext(&Context);
    *Token = Found;
    return Found != NULL ? STATUS_SUCCESS : STATUS_NO_TOKEN;
}

NTSTATUS SepReferenceToken(
    HANDLE Handle, ACCESS_MASK Needed, SE_TOKEN **Token, ACCESS_MASK *Granted)
{
    OBJECT_HANDLE_INFORMATION Information;
    if ((LONG_PTR)Handle <= -4 && (LONG_PTR)Handle >= -6) {
        *Granted = TOKEN_QUERY | TOKEN_QUERY_SOURCE;
        return (Needed & ~*Granted) != 0 ? STATUS_ACCESS_DENIED : SepReferencePseudo(Handle, Token);
    }
    NTSTATUS Status = ObReferenceObjectByHandle(
        Handle, Needed, SeTokenObjectType, KiPreviousMode(), (void **)Token, &Information);
    if (NT_SUCCESS(Status))
        *Granted = Information.GrantedAccess;
    return Status;
}

/*
 * NtQueryInformationToken - reads a token; the classes are SeQueryInformationToken's.
 *
 * TokenHandle: of a token, with TOKEN_QUERY, for TokenSource TOKEN_QUERY_SOURCE; -4, -5 and -6
 *              stand for the process's and the thread's own and the one in force.
 * TokenInformation: pointers in it lead to what is behind the fixed part. ReturnLength: bytes of
 * all of it.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_INFO_CLASS; ACCESS_VIOLATION; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED; NO_TOKEN: the thread has none;
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/ZwQueryInformationToken; processthreadsapi/GetCurrentThreadEffectiveToken; OBS
 *          tests/kernel/se/ZwQueryInformationToken.c
 */
NTSTATUS NTAPI NtQueryInformationToken(HANDLE TokenHandle,
    TOKEN_INFORMATION_CLASS TokenInformationClass, void *TokenInformation,
    ULONG TokenInformationLength, ULONG *ReturnLength)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    const ACCESS_MASK Needed = TokenInformationClass == TokenSource ? TOKEN_QUERY_SOURCE
                                                                    : TOKEN_QUERY;
    SEP_ANSWER Answer = {.Site = EX_KERNEL_SITE, .Base = (ULONG_PTR)TokenInformation};
    ACCESS_MASK Granted;
    SE_TOKEN *Token;

    if (TokenInformationClass < TokenUser || TokenInformationClass >= MaxTokenInfoClass)
        return STATUS_INVALID_INFO_CLASS;
    NTSTATUS Status = ObiProbeOutput(ReturnLength, sizeof(ULONG), sizeof(ULONG), Mode);
    if (NT_SUCCESS(Status) && TokenInformationLength != 0)
        Status = ObiProbeOutput(TokenInformation, TokenInformationLength, sizeof(ULONG), Mode);
    if (NT_SUCCESS(Status))
        Status = SepReferenceToken(TokenHandle, Needed, &Token, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepQueryToken(Token, TokenInformationClass, &Answer);
    ObfDereferenceObject(Token);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiWriteCaller(ReturnLength, &Answer.Bytes, sizeof(Answer.Bytes), Mode);
    if (NT_SUCCESS(Status) && TokenInformationLength < Answer.Bytes)
        Status = STATUS_BUFFER_TOO_SMALL;
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(TokenInformation, Answer.Block, Answer.Bytes, Mode);
    ExiFree(Answer.Block);
    return Status;
}

NTSTATUS NTAPI ZwQueryInformationToken(HANDLE TokenHandle,
    TOKEN_INFORMATION_CLASS TokenInformationClass, void *TokenInformation,
    ULONG TokenInformationLength, ULONG *ReturnLength)
{
    return ZW_CALL(QueryInformationToken,
        (TokenHandle, TokenInformationClass, TokenInformation, TokenInformationLength,
            ReturnLength));
}
