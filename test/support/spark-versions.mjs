/** The Sparks that tspark is tried on, by their names on PyPI. */
export const VERSIONS = ['3.5.7', '4.3.0']
