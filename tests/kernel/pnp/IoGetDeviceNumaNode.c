/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetDeviceNumaNode and IoGetAffinityInterrupt.
 */
#include "pnp_test.h"

#define LINE 5 /* what nothing in a PC of today uses */

typedef NTSTATUS(NTAPI *GET_NODE)(PDEVICE_OBJECT, PUSHORT);
typedef NTSTATUS(NTAPI *GET_AFFINITY)(PKINTERRUPT, PGROUP_AFFINITY);
typedef ULONG(NTAPI *GET_VECTOR)(
    INTERFACE_TYPE Type, ULONG Bus, ULONG Level, ULONG Vector, PKIRQL Irql, PKAFFINITY Affinity);

TEST(IoGetDeviceNumaNode, IsZeroOnAMachineWithOne)
{
    GET_NODE Get = (GET_NODE)KtestExport(L"IoGetDeviceNumaNode");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    USHORT Node = 0x5a5a;

    if (Get == NULL) {
        skip("this Windows has no IoGetDeviceNumaNode");
        return;
    }
    CHECK_STATUS(Get(Pdo, &Node), STATUS_SUCCESS);
    CHECK_EQ(Node, 0);
    CHECK_STATUS(Get(NULL, &Node), STATUS_INVALID_PARAMETER);
}

static BOOLEAN NTAPI NotMine(PKINTERRUPT Interrupt, PVOID Context)
{
    UNREFERENCED_PARAMETER(Interrupt);
    UNREFERENCED_PARAMETER(Context);
    return FALSE;
}

TEST(IoGetAffinityInterrupt, IsThatOfTheConnection)
{
    GET_AFFINITY Get = (GET_AFFINITY)KtestExport(L"IoGetAffinityInterrupt");
    GET_VECTOR Find = (GET_VECTOR)KtestExport(L"HalGetInterruptVector");
    GROUP_AFFINITY Group;
    PKINTERRUPT Interrupt;
    KAFFINITY Affinity = 0;
    KIRQL Irql = 0;
    ULONG Vector = Get != NULL && Find != NULL ? Find(Isa, 0, LINE, LINE, &Irql, &Affinity) : 0;

    if (Vector == 0) {
        skip("this Windows has no IoGetAffinityInterrupt, or its machine no such line");
        return;
    }
    if (!CHECK_STATUS(IoConnectInterrupt(&Interrupt, NotMine, NULL, NULL, Vector, Irql, Irql,
                          LevelSensitive, TRUE, 1, FALSE),
            STATUS_SUCCESS))
        return;
    RtlFillMemory(&Group, sizeof(Group), 0x5a);
    CHECK_STATUS(Get(Interrupt, &Group), STATUS_SUCCESS);
    CHECK_EQ(Group.Mask, 1);
    CHECK_EQ(Group.Group, 0);
    IoDisconnectInterrupt(Interrupt);
}
