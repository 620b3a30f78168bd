/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The path of the current user's key. */
#include "cm/cm.h"
#include "cm/rtlkey.h"
#include "rtl/rtl.h"
#include "se/se.h"

static NTSTATUS CmpCurrentUserSid(UNICODE_STRING *Text)
{
    SECURITY_SUBJECT_CONTEXT Subject;
    PVOID User;

    SeCaptureSubjectContext(&Subject);
    PACCESS_TOKEN Token = Subject.ClientToken != NULL ? Subject.ClientToken : Subject.PrimaryToken;
    NTSTATUS Status = SeQueryInformationToken(Token, TokenUser, &User);
    SeReleaseSubjectContext(&Subject);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = RtlConvertSidToUnicodeString(Text, ((TOKEN_USER *)User)->User.Sid, TRUE);
    ExFreePool(User);
    return Status;
}

/*
 * RtlFormatCurrentUserKeyPath - the path of the key of the user the current thread acts for:
 * \REGISTRY\USER\ and the SID.
 *
 * CurrentUserKeyPath: receives a string of its own.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_MEMORY.
 * Owner:   caller; RtlFreeUnicodeString.
 * Source:  INF its use in drivers: undocumented
 */
NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(UNICODE_STRING *CurrentUserKeyPath)
{
    static const UNICODE_STRING Users = RTL_STRING(u"\\REGISTRY\\USER\\");
    UNICODE_STRING Sid, Path = {0};

    NTSTATUS Status = CmpCurrentUserSid(&Sid);
    if (!NT_SUCCESS(Status))
        return Status;
    Path.MaximumLength = (USHORT)(Users.Length + Sid.Length + sizeof(WCHAR));
    Path.Buffer = RtlpAllocate(Path.MaximumLength, EX_CALLER);
    if (Path.Buffer != NULL) {
        RtlAppendUnicodeStringToString(&Path, &Users);
        RtlAppendUnicodeStringToString(&Path, &Sid);
        Path.Buffer[Path.Length / sizeof(WCHAR)] = 0;
        *CurrentUserKeyPath = Path;
    }
    RtlFreeUnicodeString(&Sid);
    return Path.Buffer != NULL ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}
