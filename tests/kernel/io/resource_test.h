/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * resource_test.h - claims of a few I/O ports that no computer has used since the sound cards of
 * the last century.
 */
#ifndef TESTS_KERNEL_IO_RESOURCE_TEST_H
#define TESTS_KERNEL_IO_RESOURCE_TEST_H

#include "io_test.h"

#define RESOURCE_TEST_BASE 0x240

/* A list of one range of ports. */
static inline VOID ResourceTestPorts(PCM_RESOURCE_LIST List, ULONG Base, ULONG Count, UCHAR Share)
{
    PCM_PARTIAL_RESOURCE_DESCRIPTOR Ports = List->List[0].PartialResourceList.PartialDescriptors;

    RtlZeroMemory(List, sizeof(*List));
    List->Count = 1;
    List->List[0].InterfaceType = Isa;
    List->List[0].PartialResourceList.Version = 1;
    List->List[0].PartialResourceList.Revision = 1;
    List->List[0].PartialResourceList.Count = 1;
    Ports->Type = CmResourceTypePort;
    Ports->ShareDisposition = Share;
    Ports->Flags = CM_RESOURCE_PORT_IO;
    Ports->u.Port.Start.QuadPart = Base;
    Ports->u.Port.Length = Count;
}

#endif
