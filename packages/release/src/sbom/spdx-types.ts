/** The parts of an SPDX 2.3 JSON document that Slipway writes (clauses 6, 7, 10 and 11). */
export interface SpdxDocument {
  readonly spdxVersion: 'SPDX-2.3';
  readonly dataLicense: 'CC0-1.0';
  readonly SPDXID: 'SPDXRef-DOCUMENT';
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: {
    readonly created: string;
    readonly creators: readonly string[];
    readonly licenseListVersion: string;
    readonly comment: string;
  };
  readonly packages: readonly SpdxPackage[];
  readonly hasExtractedLicensingInfos?: readonly SpdxExtractedLicense[];
  readonly relationships: readonly SpdxRelationship[];
}

export interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
  readonly packageFileName?: string;
  readonly supplier: string;
  readonly originator?: string;
  readonly downloadLocation: string;
  readonly filesAnalyzed: false;
  readonly checksums?: readonly { readonly algorithm: 'SHA256'; readonly checksumValue: string }[];
  readonly homepage?: string;
  readonly sourceInfo?: string;
  readonly licenseConcluded: 'NOASSERTION';
  readonly licenseDeclared: string;
  readonly copyrightText: 'NOASSERTION';
  readonly summary?: string;
  readonly externalRefs?: readonly {
    readonly referenceCategory: 'PACKAGE-MANAGER';
    readonly referenceType: 'purl';
    readonly referenceLocator: string;
  }[];
  readonly primaryPackagePurpose: 'INSTALL' | 'OPERATING-SYSTEM' | 'CONTAINER' | 'ARCHIVE' | 'SOURCE';
}

export interface SpdxExtractedLicense {
  readonly licenseId: string;
  readonly name: string;
  readonly extractedText: string;
}

export interface SpdxRelationship {
  readonly spdxElementId: string;
  readonly relationshipType: 'DESCRIBES' | 'CONTAINS' | 'DEPENDS_ON' | 'GENERATED_FROM' | 'VARIANT_OF';
  readonly relatedSpdxElement: string;
}
