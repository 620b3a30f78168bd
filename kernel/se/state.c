/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ACCESS_STATE: an open under way, as file systems and IRP_MJ_CREATE see it. AuxData points to a block the caller
 * keeps next to it; of that only the generic mapping at its known place is ours.
 */
#include "se/sep.h"

/* The part of Windows' AUX_ACCESS_DATA that is relied upon: it begins with a pointer, the mapping follows. */
typedef struct SEP_AUX_DATA {
    PRIVILEGE_SET *PrivilegesUsed;
    GENERIC_MAPPING GenericMapping;
} SEP_AUX_DATA;

/*
 * SeCreateAccessState - prepares an access state for the current thread.
 *
 * AuxData: the caller's, at least as large as AUX_ACCESS_DATA. GenericMapping: optional; maps DesiredAccess.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Owner:   caller; SeDeleteAccessState.
 * Source:  INF: undocumented; the structure is
 */
NTSTATUS NTAPI SeCreateAccessState(ACCESS_STATE *AccessState, void *AuxData, ACCESS_MASK DesiredAccess,
    const GENERIC_MAPPING *GenericMapping)
{
    SEP_AUX_DATA *Aux = AuxData;

    __builtin_memset(AccessState, 0, sizeof(*AccessState));
    __builtin_memset(Aux, 0, sizeof(*Aux));
    SeCaptureSubjectContext(&AccessState->SubjectSecurityContext);
    if (GenericMapping != NULL) {
        RtlMapGenericMask(&DesiredAccess, GenericMapping);
        Aux->GenericMapping = *GenericMapping;
    }
    AccessState->OriginalDesiredAccess = DesiredAccess;
    AccessState->RemainingDesiredAccess = DesiredAccess;
    AccessState->AuxData = AuxData;
    Aux->PrivilegesUsed = &AccessState->Privileges.PrivilegeSet;
    return STATUS_SUCCESS;
}

/*
 * SeDeleteAccessState - gives back what SeCreateAccessState took; the structure itself is the caller's.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  INF: undocumented
 */
void NTAPI SeDeleteAccessState(ACCESS_STATE *AccessState)
{
    SeReleaseSubjectContext(&AccessState->SubjectSecurityContext);
}

/*
 * SeSetAccessStateGenericMapping - changes the generic mapping of an access state.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeSetAccessStateGenericMapping
 */
void NTAPI SeSetAccessStateGenericMapping(ACCESS_STATE *AccessState, const GENERIC_MAPPING *GenericMapping)
{
    ((SEP_AUX_DATA *)AccessState->AuxData)->GenericMapping = *GenericMapping;
}
