/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the tests of se share: descriptors written in SDDL, and a way to see what one grants. */
#pragma once

#include "../ob/ob_test.h"
#include "se/sep.h"

#define FILE_MAPPING (&IoiFileObjectType->GenericMapping)

/* A descriptor the test frees; NULL with a failure recorded when the text is no good. */
static __attribute__((unused)) SECURITY_DESCRIPTOR *parse_at(const UNICODE_STRING *text, int line)
{
    SECURITY_DESCRIPTOR *descriptor = NULL;
    NTSTATUS status = SeiParseSddl(text, &descriptor);
    expect_equal_at((ULONG)status, STATUS_SUCCESS, "SeiParseSddl", line);
    return descriptor;
}

#define parse(literal) parse_at(U(literal), __LINE__)

/* What token gets when it asks for desired; 0: denied. */
static __attribute__((unused)) ACCESS_MASK granted(
    const SE_TOKEN *token, const SECURITY_DESCRIPTOR *descriptor, ACCESS_MASK desired)
{
    ACCESS_MASK mask = 0;
    return NT_SUCCESS(SeiCheckTokenAccess(token, descriptor, desired, FILE_MAPPING, &mask)) ? mask
                                                                                            : 0;
}

/* The DACL's entry number index, or NULL. */
static __attribute__((unused)) ACCESS_ALLOWED_ACE *ace_of(
    const SECURITY_DESCRIPTOR *descriptor, ULONG index)
{
    SEP_PARTS parts;
    PVOID ace = NULL;
    SepGetParts(descriptor, &parts);
    if (parts.Dacl != NULL)
        RtlGetAce(parts.Dacl, index, &ace);
    return ace;
}
