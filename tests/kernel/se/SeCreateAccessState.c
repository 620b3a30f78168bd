/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeCreateAccessState - an open under way
 */
#include "se_test.h"

/* AUX_ACCESS_DATA is smaller than this. */
typedef struct AUX {
    PVOID Room[64];
} AUX;

static GENERIC_MAPPING Mapping = {0x1, 0x2, 0x4, 0x1F00FF};

#define STATE_EXPORTS                                                                            \
    SE_LATER(SeCreateAccessState, NTSTATUS, PACCESS_STATE, PVOID, ACCESS_MASK, PGENERIC_MAPPING) \
    SE_LATER(SeDeleteAccessState, VOID, PACCESS_STATE)

TEST(SeCreateAccessState, MapsWhatIsDesired)
{
    STATE_EXPORTS
    ACCESS_STATE State;
    AUX Aux;

    CHECK_STATUS(
        SeCreateAccessState(&State, &Aux, GENERIC_READ | DELETE, &Mapping), STATUS_SUCCESS);
    CHECK_EQ(State.OriginalDesiredAccess, 1 | DELETE);
    CHECK_EQ(State.RemainingDesiredAccess, 1 | DELETE);
    CHECK_EQ(State.PreviouslyGrantedAccess, 0);
    CHECK(State.SubjectSecurityContext.PrimaryToken != NULL);
    CHECK_PTR(State.AuxData, &Aux);
    CHECK(!State.SecurityEvaluated && !State.PrivilegesAllocated);
    CHECK_EQ(State.Privileges.PrivilegeSet.PrivilegeCount, 0);
    SeDeleteAccessState(&State);
}

TEST(SeCreateAccessState, LeavesGenericRightsWithoutAMapping)
{
    STATE_EXPORTS
    ACCESS_STATE State, Second;
    AUX Aux, SecondAux;

    CHECK_STATUS(SeCreateAccessState(&State, &Aux, GENERIC_WRITE, NULL), STATUS_SUCCESS);
    CHECK_EQ(State.RemainingDesiredAccess, GENERIC_WRITE);
    SeSetAccessStateGenericMapping(&State, &Mapping);
    CHECK_STATUS(SeCreateAccessState(&Second, &SecondAux, 0, NULL), STATUS_SUCCESS);
    CHECK(!RtlEqualLuid(&State.OperationID, &Second.OperationID));
    SeDeleteAccessState(&Second);
    SeDeleteAccessState(&State);
}

TEST(SeDeleteAccessState, FreesTheNamesInIt)
{
    STATE_EXPORTS
    ACCESS_STATE State;
    AUX Aux;

    CHECK_STATUS(SeCreateAccessState(&State, &Aux, 1, &Mapping), STATUS_SUCCESS);
    State.ObjectName.Buffer = ExAllocatePoolWithTag(PagedPool, 16, 'tseT');
    State.ObjectTypeName.Buffer = ExAllocatePoolWithTag(PagedPool, 16, 'tseT');
    SeDeleteAccessState(&State);
    CHECK_PTR(State.SubjectSecurityContext.PrimaryToken, NULL);
}

TEST(SeCreateAccessStateEx, IsForAnyProcess)
{
    STATE_EXPORTS
    SE_LATER(SeCreateAccessStateEx, NTSTATUS, PETHREAD, PEPROCESS, PACCESS_STATE, PVOID,
        ACCESS_MASK, PGENERIC_MAPPING)
    ACCESS_STATE State;
    AUX Aux;

    CHECK_STATUS(
        SeCreateAccessStateEx(NULL, PsGetCurrentProcess(), &State, &Aux, GENERIC_EXECUTE, &Mapping),
        STATUS_SUCCESS);
    CHECK_EQ(State.OriginalDesiredAccess, 4);
    CHECK_PTR(State.SubjectSecurityContext.ClientToken, NULL);
    CHECK(State.SubjectSecurityContext.PrimaryToken != NULL);
    SeDeleteAccessState(&State);
}

TEST(SeAppendPrivileges, GrowsTheSetWhenItIsFull)
{
    STATE_EXPORTS
    PRIVILEGE_SET Set = {1, 0, {{{0, 0}, SE_PRIVILEGE_USED_FOR_ACCESS}}};
    ACCESS_STATE State;
    ULONG Index;
    AUX Aux;

    CHECK_STATUS(SeCreateAccessState(&State, &Aux, 1, &Mapping), STATUS_SUCCESS);
    for (Index = 0; Index < 5; Index++) {
        Set.Privilege[0].Luid = RtlConvertUlongToLuid(10 + Index);
        CHECK_STATUS(SeAppendPrivileges(&State, &Set), STATUS_SUCCESS);
        CHECK_EQ(State.PrivilegesAllocated, Index >= INITIAL_PRIVILEGE_COUNT);
        CHECK_EQ((*(PPRIVILEGE_SET *)&Aux)->PrivilegeCount, Index + 1);
    }
    CHECK_EQ((*(PPRIVILEGE_SET *)&Aux)->Privilege[0].Luid.LowPart, 10);
    CHECK_EQ((*(PPRIVILEGE_SET *)&Aux)->Privilege[4].Luid.LowPart, 14);
    SeDeleteAccessState(&State);
}
