/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ACCESS_STATE: an open under way, as file systems and IRP_MJ_CREATE see it. AuxData points to a
 * block the caller keeps next to it; of that only the generic mapping at its known place is ours.
 */
#include "se/sep.h"

/* The part of Windows' AUX_ACCESS_DATA that is relied upon: it begins with a pointer, the mapping
 * follows. */
typedef struct SEP_AUX_DATA {
    PRIVILEGE_SET *PrivilegesUsed;
    GENERIC_MAPPING GenericMapping;
} SEP_AUX_DATA;

/*
 * SeCreateAccessState - prepares an access state for the current thread.
 *
 * AuxData: the caller's, at least as large as AUX_ACCESS_DATA. GenericMapping: optional; maps
 * DesiredAccess.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Owner:   caller; SeDeleteAccessState.
 * Source:  INF: undocumented; the structure is; OBS tests/kernel/se/SeCreateAccessState.c
 */
NTSTATUS NTAPI SeCreateAccessState(ACCESS_STATE *AccessState, void *AuxData,
    ACCESS_MASK DesiredAccess, const GENERIC_MAPPING *GenericMapping)
{
    struct _ETHREAD *Thread = NULL;
    struct _EPROCESS *Process = NULL;
    if (SeCurrentSubject != NULL)
        SeCurrentSubject(&Thread, &Process);
    return SeCreateAccessStateEx(
        Thread, Process, AccessState, AuxData, DesiredAccess, GenericMapping);
}

/*
 * SeCreateAccessStateEx - the same for a thread (NULL: none) of a process.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Owner:   caller; SeDeleteAccessState.
 * Source:  INF: undocumented; OBS tests/kernel/se/SeCreateAccessState.c
 */
NTSTATUS NTAPI SeCreateAccessStateEx(struct _ETHREAD *Thread, struct _EPROCESS *Process,
    ACCESS_STATE *AccessState, void *AuxData, ACCESS_MASK DesiredAccess,
    const GENERIC_MAPPING *GenericMapping)
{
    SEP_AUX_DATA *Aux = AuxData;

    __builtin_memset(AccessState, 0, sizeof(*AccessState));
    __builtin_memset(Aux, 0, sizeof(*Aux));
    SeCaptureSubjectContextEx(Thread, Process, &AccessState->SubjectSecurityContext);
    if (GenericMapping != NULL) {
        RtlMapGenericMask(&DesiredAccess, GenericMapping);
        Aux->GenericMapping = *GenericMapping;
    }
    AccessState->OperationID = SepNewLuid();
    if (SeiTokenHasPrivilege(
            SepContextToken(&AccessState->SubjectSecurityContext), SE_CHANGE_NOTIFY_PRIVILEGE))
        AccessState->Flags = TOKEN_HAS_TRAVERSE_PRIVILEGE;
    AccessState->OriginalDesiredAccess = DesiredAccess;
    AccessState->RemainingDesiredAccess = DesiredAccess;
    AccessState->AuxData = AuxData;
    Aux->PrivilegesUsed = &AccessState->Privileges.PrivilegeSet;
    return STATUS_SUCCESS;
}

/*
 * SeDeleteAccessState - gives back what SeCreateAccessState took, and names put into it; the
 * structure itself is the caller's.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  INF: undocumented; OBS tests/kernel/se/SeCreateAccessState.c
 */
void NTAPI SeDeleteAccessState(ACCESS_STATE *AccessState)
{
    SEP_AUX_DATA *Aux = AccessState->AuxData;
    if (AccessState->PrivilegesAllocated)
        ExiFree(Aux->PrivilegesUsed);
    if (AccessState->ObjectName.Buffer != NULL)
        ExiFree(AccessState->ObjectName.Buffer);
    if (AccessState->ObjectTypeName.Buffer != NULL)
        ExiFree(AccessState->ObjectTypeName.Buffer);
    SeReleaseSubjectContext(&AccessState->SubjectSecurityContext);
}

/*
 * SeAppendPrivileges - adds privileges to those an access state has used.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES: there are more than three and no memory for them.
 * Owner:   the access state.
 * Source:  DOC ntifs/SeAppendPrivileges; OBS tests/kernel/se/SeAppendPrivileges.c
 */
NTSTATUS NTAPI SeAppendPrivileges(ACCESS_STATE *AccessState, PRIVILEGE_SET *Privileges)
{
    SEP_AUX_DATA *Aux = AccessState->AuxData;
    PRIVILEGE_SET *Used = Aux->PrivilegesUsed, *Larger;
    const ULONG Count = Used->PrivilegeCount + Privileges->PrivilegeCount;
    /* One that was allocated has no room to spare. */
    if (Privileges->PrivilegeCount != 0 &&
        (AccessState->PrivilegesAllocated || Count > INITIAL_PRIVILEGE_COUNT)) {
        Larger = ExiAllocateZero(PagedPool,
            FIELD_OFFSET(PRIVILEGE_SET, Privilege) + Count * sizeof(LUID_AND_ATTRIBUTES),
            SEP_TAG_TOKEN, EX_CALLER);
        if (Larger == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        __builtin_memcpy(Larger, Used,
            FIELD_OFFSET(PRIVILEGE_SET, Privilege) +
                Used->PrivilegeCount * sizeof(LUID_AND_ATTRIBUTES));
        if (AccessState->PrivilegesAllocated)
            ExiFree(Used);
        AccessState->PrivilegesAllocated = TRUE;
        Aux->PrivilegesUsed = Used = Larger;
    }
    __builtin_memcpy((LUID_AND_ATTRIBUTES *)Used->Privilege + Used->PrivilegeCount,
        Privileges->Privilege, Privileges->PrivilegeCount * sizeof(LUID_AND_ATTRIBUTES));
    Used->PrivilegeCount = Count;
    return STATUS_SUCCESS;
}

/*
 * SeSetAccessStateGenericMapping - changes the generic mapping of an access state.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeSetAccessStateGenericMapping
 */
void NTAPI SeSetAccessStateGenericMapping(
    ACCESS_STATE *AccessState, const GENERIC_MAPPING *GenericMapping)
{
    ((SEP_AUX_DATA *)AccessState->AuxData)->GenericMapping = *GenericMapping;
}
