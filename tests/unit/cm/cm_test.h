/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the tests of cm share: keys by path, and the whole tree as a number to compare with. */
#pragma once

#include "../ob/ob_test.h"
#include "cm/cmp.h"

#define SOFTWARE u"\\Registry\\Machine\\Software\\"

static OBJECT_ATTRIBUTES key_attributes;
static UNICODE_STRING key_name;

/* Attributes of a path below root (a handle, NULL: none), good until the next call. */
static __attribute__((unused)) OBJECT_ATTRIBUTES *at_root(
    HANDLE root, const WCHAR *path, ULONG flags)
{
    RtlInitUnicodeString(&key_name, path);
    InitializeObjectAttributes(
        &key_attributes, &key_name, flags | OBJ_CASE_INSENSITIVE, root, NULL);
    return &key_attributes;
}

static __attribute__((unused)) OBJECT_ATTRIBUTES *at(const WCHAR *path)
{
    return at_root(NULL, path, 0);
}

static __attribute__((unused)) HANDLE make_key(const WCHAR *path, ULONG options)
{
    HANDLE key = NULL;
    expect_status(
        ZwCreateKey(&key, KEY_ALL_ACCESS, at(path), 0, NULL, options, NULL), STATUS_SUCCESS);
    return key;
}

static __attribute__((unused)) void drop_key(HANDLE key)
{
    expect_status(ZwDeleteKey(key), STATUS_SUCCESS);
    expect_status(ZwClose(key), STATUS_SUCCESS);
}

static __attribute__((unused)) NTSTATUS set_number(HANDLE key, const WCHAR *name, ULONG number)
{
    UNICODE_STRING string;
    RtlInitUnicodeString(&string, name);
    return ZwSetValueKey(key, &string, 0, REG_DWORD, &number, sizeof(number));
}

/* 0xDEADBEEF: not there */
static __attribute__((unused)) ULONG get_number(HANDLE key, const WCHAR *name)
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION partial;
        UCHAR bytes[32];
    } answer;
    UNICODE_STRING string;
    ULONG length, number;
    RtlInitUnicodeString(&string, name);
    NTSTATUS status = ZwQueryValueKey(
        key, &string, KeyValuePartialInformation, &answer, sizeof(answer), &length);
    if (!NT_SUCCESS(status) || answer.partial.DataLength != sizeof(number))
        return 0xDEADBEEF;
    memcpy(&number, answer.partial.Data, sizeof(number));
    return number;
}

/* ---- the tree -------------------------------------------------------------------------------- */

static __attribute__((unused)) void mix(ULONG64 *sum, const void *data, size_t bytes)
{
    for (size_t index = 0; index < bytes; index++)
        *sum = (*sum ^ ((const UCHAR *)data)[index]) * 1099511628211u;
}

/* Everything a node says, in order; with times: also when it was last written. */
static __attribute__((unused)) void mix_node(ULONG64 *sum, const CMP_NODE *node, BOOLEAN times)
{
    mix(sum, node->Name.Buffer, node->Name.Length);
    mix(sum, node->Class.Buffer, node->Class.Length);
    if (times)
        mix(sum, &node->LastWriteTime, sizeof(node->LastWriteTime));
    if (node->Security != NULL)
        mix(sum, node->Security, RtlLengthSecurityDescriptor(node->Security));
    for (ULONG index = 0; index < node->ValueCount; index++) {
        UNICODE_STRING name = CmpValueName(node->Value[index]);
        mix(sum, name.Buffer, name.Length);
        mix(sum, &node->Value[index]->Type, sizeof(ULONG));
        mix(sum, node->Value[index]->Data, node->Value[index]->DataBytes);
    }
    for (ULONG index = 0; CmpChildAt(node, index) != NULL; index++)
        mix_node(sum, CmpChildAt(node, index), times);
    mix(sum, "end", 3);
}

static __attribute__((unused)) ULONG64 tree_sum(BOOLEAN times)
{
    ULONG64 sum = 14695981039346656037u;
    mix_node(&sum, CmpRoot, times);
    return sum;
}
