/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * .reg files with the kernel's rights: what the parser (regtext.c) finds goes into the registry.
 * Checked whole, then applied.
 */
#include "cm/cmp.h"
#include "cm/regtext.h"

static UNICODE_STRING CmpRegString(const char16_t *Text, size_t Length)
{
    USHORT Bytes = (USHORT)(Length * sizeof(WCHAR));
    return (UNICODE_STRING){Bytes, Bytes, (WCHAR *)(ULONG_PTR)Text};
}

static int32_t CmpImportEntry(void *Context, const struct cm_reg_entry *Entry)
{
    UNICODE_STRING Key = CmpRegString(Entry->key, Entry->key_length);
    UNICODE_STRING Name = CmpRegString(Entry->name, Entry->name_length);
    UNREFERENCED_PARAMETER(Context);
    switch (Entry->action) {
    case CM_REG_KEY:
        return CmiCreateKeyPath(&Key);
    case CM_REG_DELETE_KEY:
        return CmiDeleteKeyPath(&Key);
    case CM_REG_DELETE_VALUE:
        return CmiDeleteValue(&Key, &Name);
    default:
        if (Entry->data_bytes > CMP_DATA_LIMIT)
            return STATUS_INSUFFICIENT_RESOURCES;
        return CmiSetValue(&Key, &Name, Entry->type, Entry->data, (ULONG)Entry->data_bytes);
    }
}

NTSTATUS CmiImportText(const char *Text, SIZE_T Bytes, ULONG *Line, const char **Reason)
{
    unsigned At = 1;
    void *Work = ExiAllocate(PagedPool, cm_reg_work_bytes(Bytes), CMP_TAG_BUFFER, EX_KERNEL_SITE);
    *Line = 1;
    *Reason = NULL;
    if (Work == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = cm_reg_parse(Text, Bytes, Work, NULL, NULL, &At, Reason);
    if (NT_SUCCESS(Status))
        Status = cm_reg_parse(Text, Bytes, Work, CmpImportEntry, NULL, &At, Reason);
    ExiFree(Work);
    *Line = At;
    return Status;
}
