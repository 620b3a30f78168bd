/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Descriptors of keys: kept in the node, whatever key object they are asked or set through. Reading
 * takes CmpSecurityLock or ob's lock for descriptors, replacing has both, and the registry's, under
 * which the storage is told first.
 */
#include "cm/cmp.h"

SECURITY_DESCRIPTOR *CmpSecurityOf(void *Object)
{
    CMP_KEY *Key = Object;
    return Key->Node != NULL ? Key->Node->Security : NULL;
}

SECURITY_DESCRIPTOR *CmpReplaceSecurity(void *Object, SECURITY_DESCRIPTOR *Descriptor)
{
    CMP_NODE *Node = ((CMP_KEY *)Object)->Node;
    KIRQL Old = KiAcquireLock(&CmpSecurityLock);
    SECURITY_DESCRIPTOR *Before = Node->Security;
    Node->Security = Descriptor;
    KiReleaseLock(&CmpSecurityLock, Old);
    return Before;
}

NTSTATUS CmpBeginSecurity(void *Object, SECURITY_DESCRIPTOR *Descriptor)
{
    CMP_KEY *Key = Object;
    CmpAcquire();
    NTSTATUS Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED
                                        : CmpStoreSecurity(Key->Node, Descriptor);
    if (!NT_SUCCESS(Status))
        CmpRelease();
    return Status;
}

void CmpEndSecurity(void *Object)
{
    CmpReportChange(((CMP_KEY *)Object)->Node, REG_NOTIFY_CHANGE_SECURITY);
    CmpRelease();
}

NTSTATUS CmpCopySecurity(CMP_NODE *Node, SECURITY_DESCRIPTOR **Copy)
{
    NTSTATUS Status = STATUS_SUCCESS;
    *Copy = NULL;
    KIRQL Old = KiAcquireLock(&CmpSecurityLock);
    if (Node->Security != NULL)
        Status = SeiCopyDescriptor(Node->Security, Copy);
    KiReleaseLock(&CmpSecurityLock, Old);
    return Status;
}

NTSTATUS CmpCheckNode(CMP_NODE *Node, ACCESS_MASK Desired, KPROCESSOR_MODE Mode)
{
    NTSTATUS Status = STATUS_SUCCESS;
    ACCESS_MASK Granted;
    if (Mode == KernelMode || ObSecurity == NULL)
        return STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&CmpSecurityLock);
    if (Node->Security != NULL)
        Status = ObSecurity->Check(
            Node->Security, Desired, &CmKeyObjectType->GenericMapping, Mode, &Granted);
    KiReleaseLock(&CmpSecurityLock, Old);
    return Status;
}

NTSTATUS CmpAssignSecurity(
    CMP_NODE *Parent, const SECURITY_DESCRIPTOR *Explicit, SECURITY_DESCRIPTOR **New)
{
    SECURITY_DESCRIPTOR *ParentCopy;
    *New = NULL;
    if (ObSecurity == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = CmpCopySecurity(Parent, &ParentCopy);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObSecurity->Assign(ParentCopy, Explicit, TRUE, &CmKeyObjectType->GenericMapping, New);
    if (ParentCopy != NULL)
        ExiFree(ParentCopy);
    return Status;
}
