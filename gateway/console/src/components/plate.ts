import type { Plate } from '@/api/types';

export interface PlateCharacter {
  text: string;
  weak: boolean;
  gap: boolean; // the dot after province and letter stands behind it
}

// A masked plate (沪A•••45) has its dots already, and nothing to separate.
export function charactersOf(plate: Pick<Plate, 'text' | 'weak'>): PlateCharacter[] {
  const texts = [...plate.text];
  const masked = texts.includes('•');
  return texts.map((text, index) => ({
    text,
    weak: plate.weak.includes(index + 1),
    gap: index === 1 && texts.length > 3 && !masked,
  }));
}

// What a plate looks like that nobody has seen yet: those of new-energy cars have a character more.
export const colorOf = (text: string): string => ([...text].length === 8 ? 'green' : 'blue');

// The weak characters of an event, which has a confidence for each instead.
export function weakOf(characters: readonly number[], limit = 0.8): number[] {
  return characters.flatMap((confidence, index) => (confidence < limit ? [index + 1] : []));
}
