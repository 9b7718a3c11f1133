/** more than is kept: so that who sends a photo as the camera made it is told what to do instead of being cut off */
export const MOST_SENT = 8 * 1024 * 1024;
