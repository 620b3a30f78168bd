/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Special files: paging file, crash dump file, hibernation file. The machine writes none; which
 * device they are supposed to be on its key says, in the value SpecialFiles. Its drivers are asked
 * when it has been started whether it can have them, and told when it has them no more. Under the
 * tree lock.
 */
#include <stdio.h>

#include "pnp/pnpp.h"

static const struct {
    UNICODE_STRING Name;
    DEVICE_USAGE_NOTIFICATION_TYPE Type;
} PnppSpecial[] = {
    {RTL_STRING(u"paging"), DeviceUsageTypePaging},
    {RTL_STRING(u"dump"), DeviceUsageTypeDumpFile},
    {RTL_STRING(u"hibernation"), DeviceUsageTypeHibernation},
};

static NTSTATUS PnppTellUsage(
    const PNPP_NODE *Node, DEVICE_USAGE_NOTIFICATION_TYPE Type, BOOLEAN InPath)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_DEVICE_USAGE_NOTIFICATION};
    Stack.Parameters.UsageNotification.InPath = InPath;
    Stack.Parameters.UsageNotification.Type = Type;
    return PnppSend(Node->Pdo, &Stack, STATUS_NOT_SUPPORTED, NULL);
}

static void PnppPutFile(PNPP_NODE *Node, ULONG Index)
{
    char Path[300];
    if (Node->SpecialFiles & (1u << Index))
        return;
    NTSTATUS Status = PnppTellUsage(Node, PnppSpecial[Index].Type, TRUE);
    if (NT_SUCCESS(Status)) {
        Node->SpecialFiles |= 1u << Index;
        return;
    }
    RtlpToUtf8(&Node->Path, Path, sizeof(Path));
    KdLog("pnp", "%s: its drivers take no special file (type %u): status 0x%08X", Path,
        PnppSpecial[Index].Type, (unsigned)Status);
}

void PnppPutFiles(PNPP_NODE *Node)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    PNPP_STRINGS Strings;
    HANDLE Key;
    if (Node->State != PNPP_STARTED ||
        !NT_SUCCESS(PnppOpenDevice(&Node->Path, NULL, KEY_READ, &Key)))
        return;
    NTSTATUS Status = PnppQueryValue(Key, u"SpecialFiles", &Value);
    ZwClose(Key);
    if (!NT_SUCCESS(Status))
        return;
    PnppBeginStrings(&Strings, Value);
    while (PnppNextString(&Strings)) {
        for (ULONG Index = 0; Index < sizeof(PnppSpecial) / sizeof(PnppSpecial[0]); Index++) {
            if (PnppSame(&Strings.Text, &PnppSpecial[Index].Name))
                PnppPutFile(Node, Index);
        }
    }
    ExiFree(Value);
}

void PnppTakeFiles(PNPP_NODE *Node)
{
    for (ULONG Index = 0; Index < sizeof(PnppSpecial) / sizeof(PnppSpecial[0]); Index++) {
        if (Node->SpecialFiles & (1u << Index))
            PnppTellUsage(Node, PnppSpecial[Index].Type, FALSE);
    }
    Node->SpecialFiles = 0;
}
